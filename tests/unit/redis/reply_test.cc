// Valid, invalid and mangled replies from Redis: each goes through every function that reads
// replies, and nothing crashes.

#include "redis/reply.h"

#include <gtest/gtest.h>

#include <random>

#include "bus/replay_page.h"
#include "redis/push_reply.h"
#include "redis/redis_command.h"
#include "redis/redis_time.h"
#include "redis/reply_reader.h"
#include "redis_schema/publish_reply.h"
#include "redis_schema/replay_reply.h"

namespace hermod {
namespace {

class ReplyTest : public ::testing::Test {
 protected:
  // The one reply in `bytes`, valid until the next call.
  const redisReply* read(std::string_view bytes) {
    reader_ = std::make_unique<ReplyReader>();
    reader_->feed(bytes);
    return reader_->next();
  }

  std::unique_ptr<ReplyReader> reader_;
};

TEST_F(ReplyTest, AsksEachKindOfReply) {
  EXPECT_EQ(reply_text(*read("$5\r\nhello\r\n")), "hello");
  EXPECT_EQ(reply_text(*read("+OK\r\n")), "OK");
  EXPECT_EQ(reply_text(*read("$0\r\n\r\n")), "");
  EXPECT_EQ(reply_integer(*read(":-7\r\n")), -7);
  EXPECT_TRUE(reply_is_nil(*read("$-1\r\n")));
  EXPECT_TRUE(reply_is_nil(*read("*-1\r\n")));
  EXPECT_FALSE(reply_text(*read("$-1\r\n")));
  EXPECT_FALSE(reply_integer(*read("+7\r\n")));
  const redisReply* array = read("*3\r\n$1\r\na\r\n*2\r\n:1\r\n:2\r\n$-1\r\n");
  EXPECT_EQ(reply_size(*array), 3u);
  EXPECT_EQ(reply_text_at(*array, 0), "a");
  EXPECT_EQ(reply_size(*reply_at(*array, 1)), 2u);
  EXPECT_FALSE(reply_text_at(*array, 2));
  EXPECT_EQ(reply_at(*array, 3), nullptr);
  EXPECT_EQ(reply_size(*read("*0\r\n")), 0u);
}

TEST_F(ReplyTest, ReadsTheReplyToTime) {
  EXPECT_EQ(read_time_reply(*read("*2\r\n$10\r\n1750000000\r\n$6\r\n123456\r\n")), 1750000000123u);
  EXPECT_FALSE(read_time_reply(*read("*1\r\n$10\r\n1750000000\r\n")));
  EXPECT_FALSE(read_time_reply(*read("*2\r\n$14\r\n99999999999999\r\n$1\r\n0\r\n")));
  EXPECT_FALSE(read_time_reply(*read("*2\r\n$2\r\n-1\r\n$1\r\n0\r\n")));
  EXPECT_FALSE(read_time_reply(*read("-LOADING\r\n")));
}

TEST_F(ReplyTest, ErrorsAreCutAndMadeHarmless) {
  EXPECT_EQ(reply_error(*read("-OOM no memory\r\n")), "OOM no memory");
  EXPECT_EQ(reply_error(*read("+OK\r\n")), "an unexpected reply");
  EXPECT_EQ(reply_error(*read("-ERR unknown command 'X', with args beginning with: 'secret'\r\n")),
            "ERR unknown command 'X'");
  EXPECT_EQ(error_words("a\x01\xff b"), "a?? b");
  EXPECT_EQ(reply_error(*read("-\r\n")), "an error without a message");
  EXPECT_EQ(error_words(" , "), "");
  EXPECT_EQ(error_words(std::string(1000, 'x')).size(), 160u);
  EXPECT_TRUE(is_error_of("NOSCRIPT No matching", "NOSCRIPT"));
  EXPECT_TRUE(is_error_of("NOSCRIPT", "NOSCRIPT"));
  EXPECT_FALSE(is_error_of("NOSCRIPTS", "NOSCRIPT"));
}

TEST_F(ReplyTest, ReadsRepliesHoweverTheBytesAreCut) {
  const std::string bytes = "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$3\r\nabc\r\n:5\r\n-ERR x\r\n";
  for (size_t step = 1; step <= bytes.size(); ++step) {
    ReplyReader reader;
    int replies = 0;
    for (size_t at = 0; at < bytes.size(); at += step) {
      reader.feed(std::string_view(bytes).substr(at, step));
      while (const redisReply* reply = reader.next()) {
        ++replies;
        if (replies == 1) {
          EXPECT_EQ(read_push_reply(*reply)->text, "abc");
        }
      }
    }
    EXPECT_EQ(replies, 3);
    EXPECT_TRUE(reader.error().empty());
  }
}

TEST_F(ReplyTest, RejectsInvalidAndTooLargeReplies) {
  for (const char* bytes :
       {"hello\r\n", "$-2\r\n", "*-2\r\n", "$99999999999999999999\r\n", ":x\r\n", "*1000001\r\n",
        "*2147483647\r\n", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n"}) {
    ReplyReader reader({.elements_max = 1'000'000, .bytes_max = 1000});
    reader.feed(bytes);
    int replies = 0;
    while (reader.next() != nullptr) ++replies;
    EXPECT_LE(replies, 1) << bytes;
    if (replies == 0) {
      EXPECT_FALSE(reader.error().empty()) << bytes;
    }
    reader.feed("more");
    if (!reader.error().empty()) {
      EXPECT_EQ(reader.next(), nullptr);
    }
  }
  ReplyReader reader({.elements_max = 10, .bytes_max = 1000});
  reader.feed("$5000\r\n");
  EXPECT_EQ(reader.next(), nullptr);
  for (int i = 0; i < 5; ++i) reader.feed(std::string(300, 'x'));
  EXPECT_NE(reader.error().find("larger than 1000 bytes"), std::string::npos);
}

TEST_F(ReplyTest, PublishRepliesAreCheckedAgainstTheCall) {
  auto answer = read_publish_reply(*read("$3\r\nrpr\r\n"), 3);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->done[1].outcome, PublishOutcome::kRepeat);
  EXPECT_TRUE(answer->stopped.empty());
  answer = read_publish_reply(*read("*4\r\n$3\r\nrxu\r\n$0\r\n\r\n$1\r\nA\r\n$1\r\nB\r\n"), 3);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->done[1].error, "A");
  EXPECT_EQ(answer->done[2].error, "B");
  answer = read_publish_reply(*read("*2\r\n$1\r\nr\r\n$3\r\nOOM\r\n"), 3);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->done.size(), 1u);
  EXPECT_EQ(answer->stopped, "OOM");
  answer = read_publish_reply(*read("-BUSY wait\r\n"), 3);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->stopped, "BUSY wait");
  answer = read_publish_reply(*read("-\r\n"), 3);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->stopped, kNoMessage);
  answer = read_publish_reply(*read("*3\r\n$3\r\nrrx\r\n$0\r\n\r\n$0\r\n\r\n"), 3);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->done[2].error, kNoMessage);
  for (const char* odd :
       {"$4\r\nrrrr\r\n", "$2\r\nrr\r\n", "$3\r\nrzr\r\n", "$-1\r\n", ":3\r\n", "*0\r\n",
        "*1\r\n$3\r\nrrr\r\n", "*2\r\n$3\r\nrrx\r\n$0\r\n\r\n", "*2\r\n:1\r\n:2\r\n",
        "*2\r\n$2\r\nrr\r\n$0\r\n\r\n", "*2\r\n$2\r\nrr\r\n$3\r\n , \r\n",
        "*3\r\n$3\r\nrrx\r\n$0\r\n\r\n:1\r\n"}) {
    EXPECT_FALSE(read_publish_reply(*read(odd), 3)) << odd;
  }
}

TEST_F(ReplyTest, PushRepliesAreChecked) {
  const auto confirmed = read_push_reply(*read("*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n"));
  ASSERT_TRUE(confirmed);
  EXPECT_EQ(confirmed->kind, PushReply::Kind::kSubscribed);
  const auto left = read_push_reply(*read("*3\r\n$11\r\nunsubscribe\r\n$1\r\nc\r\n:0\r\n"));
  EXPECT_EQ(left->kind, PushReply::Kind::kUnsubscribed);
  const auto sharded = read_push_reply(*read("*3\r\n$10\r\nssubscribe\r\n$1\r\nc\r\n:1\r\n"));
  EXPECT_EQ(sharded->kind, PushReply::Kind::kSubscribed);
  const auto moved = read_push_reply(*read("*3\r\n$12\r\nsunsubscribe\r\n$1\r\nc\r\n:0\r\n"));
  EXPECT_EQ(moved->kind, PushReply::Kind::kShardUnsubscribed);
  EXPECT_EQ(moved->channel, "c");
  const auto message = read_push_reply(*read("*3\r\n$8\r\nsmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n"));
  EXPECT_EQ(message->kind, PushReply::Kind::kMessage);
  EXPECT_EQ(message->channel, "c");
  EXPECT_EQ(message->text, "hi");
  for (const char* odd :
       {"+OK\r\n", "-ERR\r\n", "*0\r\n", "*2\r\n$7\r\nmessage\r\n$1\r\nc\r\n",
        "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n:1\r\n",
        "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n$1\r\n1\r\n", "*3\r\n$9\r\nsubscribe\r\n$-1\r\n:1\r\n",
        "*3\r\n$8\r\nsmessage\r\n$1\r\nc\r\n:1\r\n",
        "*3\r\n$10\r\nssubscribe\r\n$1\r\nc\r\n$1\r\n1\r\n",
        "*3\r\n$12\r\nsunsubscribe\r\n$-1\r\n:0\r\n", "*2\r\n$12\r\nsunsubscribe\r\n$1\r\nc\r\n",
        "*3\r\n$4\r\npong\r\n$0\r\n\r\n:1\r\n",
        "*4\r\n$8\r\npmessage\r\n$1\r\np\r\n$1\r\nc\r\n$1\r\nx\r\n"}) {
    EXPECT_FALSE(read_push_reply(*read(odd))) << odd;
  }
}

TEST_F(ReplyTest, ReplayRepliesAreChecked) {
  const auto answer = read_replay_reply(
      *read("*15\r\n$3\r\n5-1\r\n$3\r\n9-4\r\n:1\r\n$0\r\n\r\n$10\r\n1750000000\r\n:1\r\n*2\r\n$"
            "3\r\n9-3\r\n$3\r\n7-3\r\n$3\r\n7-3\r\n$"
            "1\r\na\r\n$2\r\n00\r\n$2\r\n17\r\n$3\r\n9-4\r\n$1\r\n\xff\r\n$0\r\n\r\n"
            "$0\r\n\r\n"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->page.after, (StreamId{5, 1}));
  EXPECT_EQ(answer->page.last, (StreamId{9, 4}));
  EXPECT_TRUE(answer->page.more);
  ASSERT_EQ(answer->page.entries.size(), 1u);
  EXPECT_EQ(answer->page.entries[0].traceparent, "00");
  EXPECT_EQ(answer->page.entries[0].event_hash, 17u);
  EXPECT_EQ(answer->not_utf8, 1u);
  EXPECT_EQ(answer->page.cut, 1u);
  EXPECT_EQ(answer->page.revoked_s, 1'750'000'000u);
  EXPECT_TRUE(answer->forgot_device);
  EXPECT_EQ(answer->page.seen, (std::vector<StreamId>{{7, 3}, {9, 3}}));
  EXPECT_TRUE(answer->page.entries[0].seen);
  for (const char* odd :
       {"-ERR\r\n", "+OK\r\n", "*0\r\n",
        "*8\r\n$0\r\n\r\n$0\r\n\r\n:0\r\n$0\r\n\r\n$0\r\n\r\n:0\r\n*0\r\n$3\r\n1-1\r\n",
        "*7\r\n$1\r\nx\r\n$0\r\n\r\n:0\r\n$0\r\n\r\n$0\r\n\r\n:0\r\n*0\r\n",
        "*7\r\n$0\r\n\r\n:1\r\n:0\r\n$0\r\n\r\n$0\r\n\r\n:0\r\n*0\r\n",
        "*7\r\n$0\r\n\r\n$0\r\n\r\n$1\r\n0\r\n$0\r\n\r\n$0\r\n\r\n:0\r\n*0\r\n",
        "*7\r\n$0\r\n\r\n$0\r\n\r\n:0\r\n$-1\r\n$0\r\n\r\n:0\r\n*0\r\n",
        "*9\r\n$0\r\n\r\n$0\r\n\r\n:0\r\n$0\r\n\r\n$0\r\n\r\n:0\r\n*0\r\n$3\r\n1-1\r\n$1\r\nt\r\n",
        "*10\r\n$0\r\n\r\n$0\r\n\r\n:0\r\n$0\r\n\r\n$0\r\n\r\n:0\r\n*0\r\n$3\r\n1-1\r\n$1\r\nt\r\n$"
        "0\r\n\r\n",
        "*11\r\n$0\r\n\r\n$0\r\n\r\n:0\r\n$0\r\n\r\n$0\r\n\r\n:0\r\n*0\r\n$1\r\nx\r\n$1\r\nt\r\n$"
        "0\r\n\r\n$0\r\n\r\n",
        "*11\r\n$0\r\n\r\n$0\r\n\r\n:0\r\n$0\r\n\r\n$0\r\n\r\n:0\r\n*0\r\n$3\r\n1-1\r\n$1\r\nt\r\n:"
        "1\r\n$0\r\n\r\n",
        "*11\r\n$0\r\n\r\n$0\r\n\r\n:0\r\n$0\r\n\r\n$0\r\n\r\n:0\r\n*0\r\n$3\r\n1-1\r\n$1\r\nt\r\n$"
        "0\r\n\r\n:1\r\n",
        "*11\r\n$0\r\n\r\n$0\r\n\r\n:0\r\n$0\r\n\r\n$0\r\n\r\n:0\r\n*0\r\n$3\r\n1-1\r\n:1\r\n$"
        "0\r\n\r\n$0\r\n\r\n",
        "*7\r\n$0\r\n\r\n$0\r\n\r\n:0\r\n$0\r\n\r\n:1\r\n:0\r\n*0\r\n",
        "*4\r\n$0\r\n\r\n$0\r\n\r\n:0\r\n$0\r\n\r\n",
        "*7\r\n$0\r\n\r\n$0\r\n\r\n:0\r\n$0\r\n\r\n$0\r\n\r\n$0\r\n\r\n*0\r\n"}) {
    EXPECT_FALSE(read_replay_reply(*read(odd))) << odd;
  }
}

uint64_t cut(StreamId after, std::optional<StreamId> first, StreamId last) {
  ReplayPage page;
  page.after = after;
  page.last = last;
  if (first) page.entries.push_back({*first, ""});
  return count_cut(page);
}

TEST_F(ReplyTest, CountsMissingMessages) {
  EXPECT_EQ(cut({1, 5}, StreamId{2, 6}, {2, 6}), 0u);
  EXPECT_EQ(cut({1, 5}, StreamId{2, 9}, {2, 9}), 3u);
  EXPECT_EQ(cut({}, StreamId{2, 9}, {2, 9}), 8u);
  EXPECT_EQ(cut({1, 5}, {}, {2, 9}), 4u);
  EXPECT_EQ(cut({1, 5}, {}, {1, 5}), 0u);
  EXPECT_EQ(cut({9, 5}, {}, {2, 9}), 0u);
  EXPECT_EQ(cut({}, {}, {}), 0u);
}

// Redis restarted with an older count and continues from it: most messages below were delivered.
TEST_F(ReplyTest, ACountThatGoesBackCutsNothing) {
  EXPECT_EQ(cut({1, 5000}, StreamId{2, 4998}, {2, 4999}), 0u);
  EXPECT_EQ(cut({1, 5000}, StreamId{2, 5000}, {2, 5000}), 0u);
  EXPECT_EQ(cut({1, 5000}, {}, {2, 4998}), 0u);
  EXPECT_EQ(cut({1, 5000}, {}, {2, 5000}), 0u);
  EXPECT_EQ(cut({1, 5000}, StreamId{2, 5001}, {2, 5001}), 0u);
  EXPECT_EQ(cut({1, 5000}, StreamId{2, 5003}, {2, 5003}), 2u);
}

TEST_F(ReplyTest, SurvivesMangledReplies) {
  std::mt19937 random(20260101);
  const std::string seeds[] = {"*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$3\r\nabc\r\n",
                               "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n",
                               "*4\r\n$3\r\nrxu\r\n$0\r\n\r\n$1\r\nA\r\n$1\r\nB\r\n",
                               "*9\r\n$3\r\n5-1\r\n$3\r\n9-4\r\n:1\r\n$0\r\n\r\n$1\r\n7\r\n$3\r\n7-"
                               "3\r\n$1\r\na\r\n$0\r\n\r\n$0\r\n\r\n"};
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = seeds[random() % std::size(seeds)];
    for (unsigned i = random() % 4 + 1; i > 0; --i) {
      const char alphabet[] = "*$:+-0123456789\r\nax_,#%~>(!|";
      bytes[random() % bytes.size()] = alphabet[random() % (sizeof alphabet - 1)];
    }
    ReplyReader reader({.elements_max = 1000, .bytes_max = 100'000});
    reader.feed(bytes);
    while (const redisReply* reply = reader.next()) {
      (void)read_push_reply(*reply);
      (void)read_publish_reply(*reply, 3);
      (void)read_replay_reply(*reply);
      (void)reply_error(*reply);
    }
  }
}

// The messages of hiredis and of the link for a plain client on a port that speaks TLS.
TEST_F(ReplyTest, AGreetingThatEndsNamesTls) {
  for (const char* why : {"Redis closed the connection", "Server closed the connection",
                          "connection error: Connection reset by peer"}) {
    EXPECT_NE(greeting_failure(why).find("a port that speaks TLS does so"), std::string::npos);
  }
  ReplyReader reader;
  reader.feed(std::string_view("\x15\x03\x03\0\x02\x02\x46", 7));
  EXPECT_EQ(reader.next(), nullptr);
  EXPECT_NE(greeting_failure(reader.error()).find("the port speaks TLS"), std::string::npos)
      << reader.error();
  EXPECT_EQ(greeting_failure("Resource temporarily unavailable"),
            "Resource temporarily unavailable");
}

TEST(RedisCommandTest, WritesArgumentsWhole) {
  std::string out;
  RedisCommand(out, 4)
      .add("SET")
      .add("a", "", "b")
      .add(std::string_view("x\r\n\0", 4))
      .add_number(17);
  EXPECT_EQ(out,
            std::string_view("*4\r\n$3\r\nSET\r\n$2\r\nab\r\n$4\r\nx\r\n\0\r\n$2\r\n17\r\n", 39));
}

}  // namespace
}  // namespace hermod
