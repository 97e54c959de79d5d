#include "core/rank.h"

#include <simdjson.h>

#include <optional>

namespace hermod {
namespace {

constexpr std::string_view kKey = "\"priority\"";

std::string_view without_space(std::string_view text) {
  const size_t start = text.find_first_not_of(" \t\r\n");
  return start == std::string_view::npos ? std::string_view{} : text.substr(start);
}

// What stands behind the only `"priority"` of a text, which parsing would find at fifty times the
// cost. Inside a string its quotes would be escaped, so it is a name, or a whole string that no
// colon follows. Nothing where it stands twice or its value is no plain string.
std::optional<std::string_view> only_priority(std::string_view text) {
  const size_t at = text.find(kKey);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = text.substr(at + kKey.size());
  if (rest.find(kKey) != std::string_view::npos) return std::nullopt;
  rest = without_space(rest);
  if (!rest.starts_with(':')) return std::nullopt;
  rest = without_space(rest.substr(1));
  if (!rest.starts_with('"')) return std::nullopt;
  rest.remove_prefix(1);
  const std::string_view word = rest.substr(0, rest.find_first_of("\"\\"));
  if (word.size() == rest.size() || rest[word.size()] != '"') return std::nullopt;
  return word;
}

}  // namespace

int rank_of_priority(std::string_view priority) {
  if (priority == "critical") return 4;
  if (priority == "immediate") return 3;
  if (priority == "high") return 2;
  if (priority == "low") return 0;
  return kRankUnknown;
}

int rank_of_text(std::string_view text) {
  if (const auto word = only_priority(text)) return rank_of_priority(*word);
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (parser.parse(text.data(), text.size()).get(document) != simdjson::SUCCESS)
    return kRankUnknown;
  std::string_view priority;
  if (document["priority"].get(priority) == simdjson::SUCCESS ||
      document["data"]["priority"].get(priority) == simdjson::SUCCESS) {
    return rank_of_priority(priority);
  }
  return kRankUnknown;
}

}  // namespace hermod
