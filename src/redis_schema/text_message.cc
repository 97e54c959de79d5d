#include "redis_schema/text_message.h"

#include "base/parse.h"
#include "base/text.h"

namespace hermod {
namespace {

constexpr size_t kLineBytesMax = 256;

}  // namespace

std::optional<TextMessage> parse_text_message(std::string_view message) {
  const size_t end = message.substr(0, kLineBytesMax).find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view line = message.substr(0, end);
  const auto stream_id = parse_stream_id(take_word(line));
  const auto hash = parse_number<uint64_t>(take_word(line));
  if (!stream_id || !*stream_id || !hash || *hash == 0) return std::nullopt;
  const TraceContext trace = parse_traceparent(take_word(line)).value_or(TraceContext{});
  return TextMessage{*stream_id, *hash, trace, message.substr(end + 1)};
}

}  // namespace hermod
