#include "redis_schema/text_message.h"

#include <gtest/gtest.h>

#include <string>

namespace hermod {
namespace {

constexpr const char* kTraceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(TextMessageTest, HasTheStreamIdTheHashAndThePayload) {
  const auto message = parse_text_message("1719561600000-12 4611686018427387904\n{\"a\":1}");
  ASSERT_TRUE(message);
  EXPECT_EQ(message->stream_id, (StreamId{1719561600000, 12}));
  EXPECT_EQ(message->event_hash, 4611686018427387904u);
  EXPECT_FALSE(message->trace);
  EXPECT_EQ(message->text, "{\"a\":1}");
}

TEST(TextMessageTest, MayHaveATraceContext) {
  const std::string whole = std::string("1-2 3 ") + kTraceparent + "\ntext";
  const auto message = parse_text_message(whole);
  ASSERT_TRUE(message);
  EXPECT_EQ(format_traceparent(message->trace), kTraceparent);
  EXPECT_EQ(message->text, "text");
}

TEST(TextMessageTest, ThePayloadIsAnyBytes) {
  for (const std::string& text : {std::string(), std::string("\n\n 1-2 3\n"), std::string(3, '\0'),
                                  std::string("\xff\xfe"), std::string(100'000, '\n')}) {
    const std::string whole = "1-2 3\n" + text;
    const auto message = parse_text_message(whole);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->text, text);
  }
}

TEST(TextMessageTest, MalformedMessagesAreNone) {
  for (const char* message :
       {"", "\n", "\ntext", "1-2 3", "1-2\ntext", "1-2 \ntext", "1-2 x\ntext", "1-2 0\ntext",
        "1-2 -3\ntext", "1-2 18446744073709551616\ntext", "0-0 3\ntext", "1 3\ntext",
        " 1-2 3\ntext", "1-2  3\ntext", "1-2,3\ntext", "1-2 3\r\ntext", "{\"a\":1}"}) {
    EXPECT_FALSE(parse_text_message(message)) << message;
  }
  EXPECT_FALSE(parse_text_message("1-2 3 " + std::string(300, 'x') + "\ntext"));
}

TEST(TextMessageTest, UnknownWordsAndAnInvalidTraceContextAreIgnored) {
  for (const char* message : {"1-2 3 nonsense\ntext", "1-2 3  later\ntext", "1-2 3 a b c\ntext"}) {
    const auto read = parse_text_message(message);
    ASSERT_TRUE(read) << message;
    EXPECT_FALSE(read->trace);
    EXPECT_EQ(read->text, "text");
  }
}

}  // namespace
}  // namespace hermod
