#pragma once
// Reading what stands inside header values and targets.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace hermod {

bool same_ignoring_case(std::string_view a, std::string_view b);  // ASCII

// The first element of a comma list for which `wanted` says yes, without the white space around it.
std::optional<std::string_view> find_element(std::string_view list,
                                             const std::function<bool(std::string_view)>& wanted);

bool has_element_ignoring_case(std::string_view list, std::string_view element);

// "%41" -> "A"; a '+' stays what it is. nullopt where a '%' is not followed by two hex digits.
std::optional<std::string> percent_decode(std::string_view text);

// The first value of `name` in "a=1&b=2", as it stands there.
std::optional<std::string_view> query_value(std::string_view query, std::string_view name);

}  // namespace hermod
