#include "redis/redis_greeting.h"

#include <gtest/gtest.h>

#include <memory>

#include "redis/redis_url.h"
#include "redis/reply_reader.h"

namespace hermod {
namespace {

class RedisGreetingTest : public ::testing::Test {
 protected:
  void begin(const std::string& url) {
    out_.clear();
    const RedisUrl parsed = RedisUrl::parse(url).take();
    greeting_.begin(parsed.credentials, parsed.database, "name", out_);
  }

  Result<void> answer(const std::string& reply) {
    ReplyReader reader;
    reader.feed(reply);
    return greeting_.on_reply(*reader.next());
  }

  RedisGreeting greeting_;
  std::string out_;
};

TEST_F(RedisGreetingTest, SendsOnlyTheNecessaryCommands) {
  begin("redis://host");
  EXPECT_EQ(out_.find("AUTH"), std::string::npos);
  EXPECT_EQ(out_.find("SELECT"), std::string::npos);
  EXPECT_TRUE(answer("+OK\r\n"));
  EXPECT_FALSE(greeting_.done());
  EXPECT_TRUE(answer("+PONG\r\n"));
  EXPECT_TRUE(greeting_.done());
}

TEST_F(RedisGreetingTest, AuthenticatesFirstAndThenSelectsTheDatabase) {
  begin("redis://user:secret@host/3");
  EXPECT_LT(out_.find("AUTH"), out_.find("SELECT"));
  EXPECT_LT(out_.find("SELECT"), out_.find("PING"));
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(answer("+OK\r\n"));
  EXPECT_TRUE(greeting_.done());
}

TEST_F(RedisGreetingTest, ARefusalOfTheCredentialsShowsNoArguments) {
  begin("redis://:secret@host");
  const auto refused = answer("-ERR unknown command 'AUTH' 'secret'\r\n");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "the user or the password is refused (ERR)");
}

TEST_F(RedisGreetingTest, ARefusalNamesTheSettingOfTheCredentials) {
  RedisCredentials credentials{.user = "", .password = "secret"};
  credentials.setting = "REDIS_SENTINEL_PASSWORD";
  greeting_.begin(credentials, 0, "name", out_);
  EXPECT_EQ(answer("-WRONGPASS invalid\r\n").error().message,
            "the credentials in REDIS_SENTINEL_PASSWORD are refused (WRONGPASS)");
}

TEST_F(RedisGreetingTest, AMissingRightToTheNameOrThePingDoesNotMatter) {
  begin("redis://host");
  EXPECT_TRUE(answer("-NOPERM no permissions\r\n"));
  EXPECT_TRUE(answer("-NOPERM no permissions\r\n"));
  EXPECT_TRUE(greeting_.done());
  begin("redis://host");
  EXPECT_FALSE(answer("-NOAUTH Authentication required.\r\n"));
  begin("redis://host/3");
  EXPECT_FALSE(answer("-ERR DB index is out of range\r\n"));
}

}  // namespace
}  // namespace hermod
