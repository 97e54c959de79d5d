#include "http/header_text.h"

#include <algorithm>

#include "base/parse.h"

namespace hermod {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

}  // namespace

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string_view> find_element(std::string_view list,
                                             const std::function<bool(std::string_view)>& wanted) {
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    const std::string_view element = trim_blanks(list.substr(0, comma));
    if (!element.empty() && wanted(element)) return element;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return std::nullopt;
}

bool has_element_ignoring_case(std::string_view list, std::string_view element) {
  return find_element(list,
                      [element](std::string_view one) { return same_ignoring_case(one, element); })
      .has_value();
}

std::optional<std::string_view> query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    const size_t equals = pair.find('=');
    if (pair.substr(0, equals) == name) {
      return equals != std::string_view::npos ? pair.substr(equals + 1) : std::string_view();
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return std::nullopt;
}

}  // namespace hermod
