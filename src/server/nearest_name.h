#pragma once
// The known name that a misspelt one is probably meant to be.

#include <span>
#include <string>
#include <string_view>

namespace hermod {

// The first of the nearest among `names`, at most `distance_max` letters added, removed or changed
// away; empty where none is that near.
std::string nearest_name(std::string_view name, std::span<const std::string> names,
                         size_t distance_max);

}  // namespace hermod
