#pragma once
// A list in one text: `a, b` or `["a","b"]`.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hermod {

// Empty result: a text that begins like a JSON list and is none, or whose items are no texts. Items
// of a comma list lose the spaces around them; an empty item stays one.
std::optional<std::vector<std::string>> split_list(std::string_view text);

// The comma list alone.
std::vector<std::string> split_commas(std::string_view text);

}  // namespace hermod
