#include "core/rank.h"

#include <simdjson.h>

#include <optional>

namespace hermod {
namespace {

constexpr std::string_view kKey = "\"priority\"";

std::string_view without_space(std::string_view text) {
  while (!text.empty() &&
         (text[0] == ' ' || text[0] == '\t' || text[0] == '\r' || text[0] == '\n')) {
    text.remove_prefix(1);
  }
  return text;
}

// Where the key stands, or npos. Every text that is sent is searched, and JSON is full of the key's
// first character, where find() would stop: its rarest one stops a search a few times only.
size_t find_key(std::string_view text) {
  constexpr size_t kRarest = kKey.find('y');
  for (size_t at = text.find('y', kRarest); at != std::string_view::npos;
       at = text.find('y', at + 1)) {
    const std::string_view found = text.substr(at - kRarest, kKey.size());
    if (found.front() == kKey.front() && found == kKey) return at - kRarest;
  }
  return std::string_view::npos;
}

// What stands behind the only `"priority"` of a text, which parsing would find at fifty times the
// cost. Inside a string its quotes would be escaped, so it is a name, or a whole string that no
// colon follows. Nothing where it stands twice or its value is no plain string.
std::optional<std::string_view> only_priority(std::string_view text) {
  const size_t at = find_key(text);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = text.substr(at + kKey.size());
  if (find_key(rest) != std::string_view::npos) return std::nullopt;
  rest = without_space(rest);
  if (!rest.starts_with(':')) return std::nullopt;
  rest = without_space(rest.substr(1));
  if (!rest.starts_with('"')) return std::nullopt;
  rest.remove_prefix(1);
  const size_t end = rest.find('"');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view word = rest.substr(0, end);
  if (word.find('\\') != std::string_view::npos) return std::nullopt;
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
