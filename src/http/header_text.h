#pragma once
// Helpers that parse header values and query strings.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace hermod {

bool same_ignoring_case(std::string_view a, std::string_view b);  // ASCII

// The first element of a comma-separated list for which `wanted` returns true, without surrounding
// white space.
std::optional<std::string_view> find_element(std::string_view list,
                                             const std::function<bool(std::string_view)>& wanted);

bool has_element_ignoring_case(std::string_view list, std::string_view element);

// The first value of `name` in "a=1&b=2", not decoded; empty if it has no "=".
std::optional<std::string_view> query_value(std::string_view query, std::string_view name);

}  // namespace hermod
