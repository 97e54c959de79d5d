#include "redis_schema/seen_message.h"

#include "base/parse.h"
#include "base/text.h"

namespace hermod {
namespace {

constexpr std::string_view kSeen = "seen ";

}  // namespace

std::optional<SeenMessage> parse_seen_message(std::string_view message) {
  if (!message.starts_with(kSeen)) return std::nullopt;
  message.remove_prefix(kSeen.size());
  const std::string_view origin = take_word(message);
  const size_t slash = origin.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto connection = parse_number<uint64_t>(origin.substr(slash + 1));
  if (!connection) return std::nullopt;
  SeenMessage seen{origin.substr(0, slash), *connection, {}};
  while (!message.empty()) {
    const auto stream_id = parse_stream_id(take_word(message));
    if (!stream_id || !*stream_id) return std::nullopt;
    seen.ids.push_back(*stream_id);
  }
  if (seen.ids.empty()) return std::nullopt;
  return seen;
}

}  // namespace hermod
