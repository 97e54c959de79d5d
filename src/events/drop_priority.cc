#include "events/drop_priority.h"

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

// The position of the key, or npos. Every message payload is searched. find() would stop at each
// quote, the key's first character, which is frequent in JSON; its rarest character stops the
// search only a few times.
size_t find_key(std::string_view text) {
  constexpr size_t kRarest = kKey.find('y');
  for (size_t at = text.find('y', kRarest); at != std::string_view::npos;
       at = text.find('y', at + 1)) {
    const std::string_view found = text.substr(at - kRarest, kKey.size());
    if (found.front() == kKey.front() && found == kKey) return at - kRarest;
  }
  return std::string_view::npos;
}

// The value after the only `"priority"` of a message payload; parsing would cost fifty times as
// much. Inside a string its quotes would be escaped, so it is either a key or a complete string,
// after which there is no colon. nullopt if it occurs twice or its value is not a string without
// escapes.
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

int drop_priority_of_label(std::string_view priority) {
  if (priority == "critical") return 4;
  if (priority == "immediate") return 3;
  if (priority == "high") return 2;
  if (priority == "low") return 0;
  return kDropPriorityUnknown;
}

int drop_priority_of_message(std::string_view text) {
  if (const auto word = only_priority(text)) return drop_priority_of_label(*word);
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (parser.parse(text.data(), text.size()).get(document) != simdjson::SUCCESS)
    return kDropPriorityUnknown;
  std::string_view priority;
  if (document["priority"].get(priority) == simdjson::SUCCESS ||
      document["data"]["priority"].get(priority) == simdjson::SUCCESS) {
    return drop_priority_of_label(priority);
  }
  return kDropPriorityUnknown;
}

}  // namespace hermod
