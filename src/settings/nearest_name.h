#pragma once
// Finds the known name that is closest to a misspelt one.

#include <span>
#include <string>
#include <string_view>

namespace hermod {

// The closest of `names`, the first one if several are equally close; empty if all differ in more
// than `distance_max` characters (added, removed or changed).
std::string nearest_name(std::string_view name, std::span<const std::string> names,
                         size_t distance_max);

}  // namespace hermod
