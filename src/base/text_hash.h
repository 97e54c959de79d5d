#pragma once
// Lets an unordered_map of strings be searched by string_view without a copy.

#include <functional>
#include <string_view>

namespace hermod {

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

}  // namespace hermod
