#include "settings/option_list.h"

#include <cassert>

#include <nlohmann/json.hpp>

#include "base/parse.h"

namespace hermod {
namespace {

std::optional<std::vector<std::string>> json_list(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_array()) return std::nullopt;
  std::vector<std::string> items;
  for (const auto& item : json) {
    if (!item.is_string()) return std::nullopt;
    items.push_back(item.get<std::string>());
  }
  return items;
}

}  // namespace

std::optional<std::vector<std::string>> split_list(std::string_view text) {
  if (trim_blanks(text).starts_with('[')) return json_list(text);
  return split_commas(text);
}

std::vector<std::string> split_commas(std::string_view text) {
  std::vector<std::string> items;
  size_t start = 0;
  while (start <= text.size()) {
    const size_t end = std::min(text.find(',', start), text.size());
    items.emplace_back(trim_blanks(text.substr(start, end - start)));
    start = end + 1;
  }
  assert(!items.empty());
  return items;
}

}  // namespace hermod
