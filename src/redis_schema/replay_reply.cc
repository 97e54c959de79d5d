#include "redis_schema/replay_reply.h"

#include <algorithm>

#include "base/parse.h"
#include "base/text.h"
#include "redis/reply.h"

namespace hermod {
namespace {

// "" means none.
std::optional<StreamId> stream_id_at(const redisReply& reply, size_t index) {
  const auto text = reply_text_at(reply, index);
  if (!text) return std::nullopt;
  return text->empty() ? StreamId{} : parse_stream_id(*text);
}

}  // namespace

std::optional<ReplayReply> read_replay_reply(const redisReply& reply) {
  constexpr size_t kHead = 7;
  constexpr size_t kEach = 4;
  const size_t size = reply_size(reply);
  if (size < kHead || (size - kHead) % kEach != 0) return std::nullopt;
  const auto after = stream_id_at(reply, 0);
  const auto last = stream_id_at(reply, 1);
  const auto more = reply_integer(*reply_at(reply, 2));
  const auto problem = reply_text_at(reply, 3);
  const auto revoked = reply_text_at(reply, 4);
  const auto forgotten = reply_integer(*reply_at(reply, 5));
  if (!after || !last || !more || !problem || !revoked || !forgotten) return std::nullopt;
  ReplayReply answer;
  answer.page.after = *after;
  answer.page.last = *last;
  answer.page.more = *more == 1;
  answer.page.revoked_s = parse_number<uint32_t>(*revoked).value_or(0);
  answer.forgot_device = *forgotten == 1;
  const redisReply& seen = *reply_at(reply, 6);
  for (size_t i = 0; i < reply_size(seen); ++i) {
    if (const auto id = stream_id_at(seen, i); id && *id) answer.page.seen.push_back(*id);
  }
  std::ranges::sort(answer.page.seen);
  answer.problem = error_words(*problem);
  for (size_t i = kHead; i < size; i += kEach) {
    const auto stream_id = stream_id_at(reply, i);
    const auto text = reply_text_at(reply, i + 1);
    const auto trace = reply_text_at(reply, i + 2);
    const auto hash = reply_text_at(reply, i + 3);
    if (!stream_id || !text || !trace || !hash) return std::nullopt;
    if (is_utf8(*text))
      answer.page.entries.push_back(
          {.stream_id = *stream_id,
           .text = std::string(*text),
           .traceparent = std::string(*trace),
           .event_hash = parse_number<uint64_t>(*hash).value_or(0),
           .seen = std::ranges::binary_search(answer.page.seen, *stream_id)});
    else
      ++answer.not_utf8;
  }
  if (answer.problem.empty()) answer.page.cut = count_cut(answer.page);
  return answer;
}

}  // namespace hermod
