// What comes from Redis, cut anywhere (the first byte): each reply goes through all that reads
// replies.
#include <string>

#include "base/text.h"
#include "bus/next_message_info.h"
#include "bus/publish_reply.h"
#include "bus/push_reply.h"
#include "bus/redis_error.h"
#include "bus/replay_reply.h"
#include "bus/reply.h"
#include "bus/reply_reader.h"
#include "bus/user_tag.h"
#include "fuzz/fuzz.h"

namespace hermod::fuzz {
namespace {

constexpr size_t kRecords = 3;

// A channel's name as if it were a hash tag, and a message as if it were a stream id.
void read_announcement(const PushReply& push) {
  std::string space;
  const auto user = UserTag::user_of(push.channel, space);
  if (!user) return;
  check(UserTag(*user).text() == push.channel, "a user has one tag");
  NextMessageInfo next;
  next.receive(*user, push.text);
  check(!next.stream_id || to_string(next.stream_id).size() <= 41, "a stream id is two numbers");
}

void read_all(const redisReply& reply) {
  const std::string words = reply_error(reply);
  check(words.size() <= 160 && words.find('\n') == std::string::npos, "an error is one short line");
  check(concern_of(words) != Concern::kRecord || !words.empty(), "no error concerns no record");
  if (const auto push = read_push_reply(reply)) {
    check(push->channel.size() + push->text.size() < 1 << 20, "views are of the reply");
    read_announcement(*push);
  }
  if (const auto published = read_publish_reply(reply, kRecords)) {
    check(published->done.size() <= kRecords, "no more is done than was asked");
    check(published->done.size() == kRecords || !published->stopped.empty(), "a rest has a reason");
    check(published->note.size() <= 160, "a note is one short line");
  }
  if (const auto replay = read_replay_reply(reply)) {
    for (const auto& entry : replay->page.entries)
      check(is_utf8(entry.text), "a text that is replayed is UTF-8");
    check(replay->page.cut <= replay->page.last.count ||
              (!replay->page.entries.empty() &&
               replay->page.cut <= replay->page.entries.front().stream_id.count),
          "no more is cut than there was");
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
