#pragma once
// Parses a list in one string: `a, b` or `["a","b"]`.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hermod {

// Returns nothing if the text begins like a JSON list but is not a valid one, or if its items are
// not strings. The items of a comma-separated list are trimmed; empty items are kept.
std::optional<std::vector<std::string>> split_list(std::string_view text);

// The same for a comma-separated list only.
std::vector<std::string> split_commas(std::string_view text);

}  // namespace hermod
