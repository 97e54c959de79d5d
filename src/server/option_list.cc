#include "server/option_list.h"

#include <nlohmann/json.hpp>

namespace hermod {
namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

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
  if (trimmed(text).starts_with('[')) return json_list(text);
  return split_commas(text);
}

std::vector<std::string> split_commas(std::string_view text) {
  std::vector<std::string> items;
  size_t start = 0;
  while (start <= text.size()) {
    const size_t end = std::min(text.find(',', start), text.size());
    items.emplace_back(trimmed(text.substr(start, end - start)));
    start = end + 1;
  }
  return items;
}

}  // namespace hermod
