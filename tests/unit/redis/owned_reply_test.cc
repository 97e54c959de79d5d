#include "redis/owned_reply.h"

#include <gtest/gtest.h>

#include "redis/reply.h"
#include "redis/reply_reader.h"

namespace hermod {
namespace {

TEST(OwnedReplyTest, OutlivesTheReaderOfTheReply) {
  auto reader = std::make_unique<ReplyReader>();
  reader->feed(std::string_view("*4\r\n$5\r\na\0b\r\n\r\n:7\r\n*1\r\n+inner\r\n$-1\r\n", 36));
  OwnedReply copied(*reader->next());
  reader.reset();
  const OwnedReply reply = std::move(copied);
  ASSERT_EQ(reply_size(*reply), 4U);
  EXPECT_EQ(reply_text_at(*reply, 0), std::string_view("a\0b\r\n", 5));
  EXPECT_EQ(reply_integer(*reply_at(*reply, 1)), 7);
  EXPECT_EQ(reply_text_at(*reply_at(*reply, 2), 0), "inner");
  EXPECT_TRUE(reply_is_nil(*reply_at(*reply, 3)));
}

TEST(OwnedReplyTest, KeepsAnError) {
  ReplyReader reader;
  reader.feed("-ERR unknown\r\n");
  const OwnedReply reply(*reader.next());
  EXPECT_EQ(reply_error(*reply), "ERR unknown");
}

}  // namespace
}  // namespace hermod
