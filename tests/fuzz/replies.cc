// What comes from Redis, cut anywhere (the first byte): each reply goes through all that reads
// replies.
#include <string>

#include "base/text.h"
#include "bus/publish_reply.h"
#include "bus/push_reply.h"
#include "bus/replay_reply.h"
#include "bus/reply.h"
#include "bus/reply_reader.h"
#include "fuzz/fuzz.h"

namespace hermod::fuzz {
namespace {

constexpr size_t kRecords = 3;

void read_all(const redisReply& reply) {
  const std::string words = reply_error(reply);
  check(words.size() <= 160 && words.find('\n') == std::string::npos, "an error is one short line");
  if (const auto push = read_push_reply(reply)) {
    check(push->channel.size() + push->text.size() < 1 << 20, "views are of the reply");
  }
  if (const auto published = read_publish_reply(reply, kRecords)) {
    check(published->done.size() <= kRecords, "no more is done than was asked");
    check(published->done.size() == kRecords || !published->stopped.empty(), "a rest has a reason");
  }
  if (const auto replay = read_replay_reply(reply)) {
    for (const auto& entry : replay->page.entries)
      check(is_utf8(entry.text), "a text that is replayed is UTF-8");
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
