// Fuzzes replies of Redis, split into pieces whose size is the first byte. Each reply passes
// through all functions that read replies.
#include <string>

#include "base/text.h"
#include "fuzz/fuzz.h"
#include "redis/push_reply.h"
#include "redis/redis_error.h"
#include "redis/reply.h"
#include "redis/reply_reader.h"
#include "redis_schema/next_message_info.h"
#include "redis_schema/publish_reply.h"
#include "redis_schema/replay_reply.h"
#include "redis_schema/text_message.h"
#include "redis_schema/user_tag.h"

namespace hermod::fuzz {
namespace {

constexpr size_t kRecords = 3;

// Parses the channel as a user's `pos` channel and the message as a stream id or traceparent.
void read_announcement(const PushReply& push) {
  std::string space;
  const auto user = UserTag::user_of(push.channel, space);
  if (!user) return;
  check(UserTag(*user).text() == push.channel, "the hash tag of a user is unique");
  NextMessageInfo next;
  next.receive(*user, push.text);
  check(!next.stream_id || to_string(next.stream_id).size() <= 41, "a stream id has two numbers");
}

void read_all(const redisReply& reply) {
  const std::string words = reply_error(reply);
  check(words.size() <= 160 && words.find('\n') == std::string::npos, "an error is one short line");
  check(concern_of(words) != Concern::kRecord || !words.empty(), "only an error concerns a record");
  if (const auto push = read_push_reply(reply)) {
    check(push->channel.size() + push->text.size() < 1 << 20, "views point into the reply");
    read_announcement(*push);
    if (const auto own = parse_text_message(push->text)) {
      check(own->stream_id && own->event_hash != 0, "a message has a stream id and a hash");
      check(push->text.ends_with(own->text), "the payload is the end of the message");
    }
  }
  if (const auto published = read_publish_reply(reply, kRecords)) {
    check(published->done.size() <= kRecords, "at most all records are done");
    check(published->done.size() == kRecords || !published->stopped.empty(),
          "an early stop has a reason");
    check(published->note.size() <= 160, "a note is one short line");
  }
  if (const auto replay = read_replay_reply(reply)) {
    for (const auto& entry : replay->page.entries)
      check(is_utf8(entry.text), "a replayed message is UTF-8");
    check(replay->page.cut <= replay->page.last.count ||
              (!replay->page.entries.empty() &&
               replay->page.cut <= replay->page.entries.front().stream_id.count),
          "at most all messages are trimmed");
  }
}

void run(Input input) {
  const size_t step = input.byte() + 1U;
  ReplyReader reader({.elements_max = 1 << 12, .bytes_max = 1 << 16});
  while (!input.empty() && reader.error().empty()) {
    reader.feed(input.take(step));
    while (const redisReply* reply = reader.next()) read_all(*reply);
  }
}

}  // namespace
}  // namespace hermod::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  hermod::fuzz::run({data, size});
  return 0;
}
