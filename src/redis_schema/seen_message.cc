#include "redis_schema/seen_message.h"

#include "base/parse.h"

namespace hermod {
namespace {

constexpr std::string_view kSeen = "seen ";

std::string_view take_word_of(std::string_view& words) {
  const size_t end = words.find(' ');
  const std::string_view word = words.substr(0, end);
  words.remove_prefix(end == std::string_view::npos ? words.size() : end + 1);
  return word;
}

}  // namespace

std::optional<SeenMessage> parse_seen_message(std::string_view message) {
  if (!message.starts_with(kSeen)) return std::nullopt;
  message.remove_prefix(kSeen.size());
  const std::string_view origin = take_word_of(message);
  const size_t slash = origin.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto connection = parse_number<uint64_t>(origin.substr(slash + 1));
  if (!connection) return std::nullopt;
  SeenMessage seen{origin.substr(0, slash), *connection, {}};
  while (!message.empty()) {
    const auto stream_id = parse_stream_id(take_word_of(message));
    if (!stream_id || !*stream_id) return std::nullopt;
    seen.ids.push_back(*stream_id);
  }
  if (seen.ids.empty()) return std::nullopt;
  return seen;
}

}  // namespace hermod
