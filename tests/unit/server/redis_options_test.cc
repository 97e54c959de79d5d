#include "server/redis_options.h"

#include <gmock/gmock.h>

#include "support/recording_log.h"
#include "support/scratch_dir.h"

namespace hermod {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class RedisOptionsTest : public ::testing::Test {
 protected:
  RedisOptionsTest() { options_.redis_url = "redis://h"; }

  RedisBusOptions made() {
    auto made = redis_bus_options(options_, log_);
    EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
    return made.ok() ? made.take() : RedisBusOptions();
  }

  std::string refusal() {
    const auto made = redis_bus_options(options_, log_);
    return made.ok() ? "" : made.error().message;
  }

  std::string refusal_of_file(std::string_view content) {
    options_.redis_password_file = dir_.write("password", content);
    return refusal();
  }

  Options options_;
  test::RecordingLog log_;
  test::ScratchDir dir_;
};

TEST_F(RedisOptionsTest, CredentialsComeFromTheUrlTheSettingsOrAFile) {
  options_.redis_url = "redis://ann:one@h";
  EXPECT_EQ(made().url.credentials.password, "one");
  options_.redis_url = "redis://ann@h";
  options_.redis_password = "two";
  EXPECT_EQ(made().url.credentials.user, "ann");
  EXPECT_EQ(made().url.credentials.password, "two");
  options_.redis_url = "unix:///run/redis.sock";
  options_.redis_password.clear();
  options_.redis_user = "bob";
  options_.redis_password_file = dir_.write("password", "three\r\n");
  EXPECT_EQ(made().url.credentials.user, "bob");
  EXPECT_EQ(made().url.credentials.password, "three");
}

TEST_F(RedisOptionsTest, SentinelsHaveTheirOwnCredentials) {
  options_.redis_url = "redis+sentinel://ann:one@s1,s2/m";
  EXPECT_EQ(made().sentinel_credentials.password, "");
  options_.redis_sentinel_user = "watch";
  options_.redis_sentinel_password_file = dir_.write("password", "two\n");
  EXPECT_EQ(made().sentinel_credentials.user, "watch");
  EXPECT_EQ(made().sentinel_credentials.password, "two");
  EXPECT_EQ(made().url.credentials.password, "one");
  options_.redis_sentinel_password_file = "/nonexistent/password";
  EXPECT_THAT(refusal(), HasSubstr("REDIS_SENTINEL_PASSWORD_FILE names the file /nonexistent"));
}

TEST_F(RedisOptionsTest, APasswordFileHasExactlyOneLine) {
  EXPECT_EQ(refusal_of_file("secret"), "");
  EXPECT_EQ(refusal_of_file("secret\n"), "");
  EXPECT_THAT(refusal_of_file(""), HasSubstr("which is empty"));
  EXPECT_THAT(refusal_of_file("\n"), HasSubstr("REDIS_PASSWORD_FILE names the file"));
  EXPECT_THAT(refusal_of_file("secret\n\n"), HasSubstr("which has several lines"));
  EXPECT_THAT(refusal_of_file("secret\nother\n"), HasSubstr("which has several lines"));
  EXPECT_THAT(refusal_of_file(std::string("secret\0", 7)), HasSubstr("a zero byte"));
  EXPECT_THAT(refusal_of_file("secret\nother\n"), Not(HasSubstr("secret")));
  options_.redis_password_file = "/nonexistent/password";
  EXPECT_THAT(refusal(), HasSubstr("REDIS_PASSWORD_FILE names the file /nonexistent/password"));
}

TEST_F(RedisOptionsTest, ProductionRefusesASuspiciousPassword) {
  EXPECT_EQ(refusal_of_file("'secret'"), "");
  EXPECT_TRUE(log_.has("is in quotes"));
  EXPECT_FALSE(log_.has("secret'"));
  options_.environment = "production";
  EXPECT_THAT(refusal_of_file("'secret'"), HasSubstr("is in quotes"));
}

TEST_F(RedisOptionsTest, OnlySeveralServersHaveReplicasByDefault) {
  EXPECT_EQ(made().replicas_min, 0U);
  EXPECT_EQ(made().replica_wait_ms, 10'000U);
  EXPECT_EQ(made().mode, PublishMode::kClassic);
  options_.redis_url = "redis+cluster://h";
  EXPECT_EQ(made().mode, PublishMode::kSharded);  // auto
  options_.redis_pubsub = "sharded";
  EXPECT_EQ(made().replicas_min, 1U);
  EXPECT_EQ(made().mode, PublishMode::kSharded);
  options_.redis_replicas_min = 0;
  options_.redis_pubsub = "classic";
  EXPECT_EQ(made().replicas_min, 0U);
  EXPECT_EQ(made().mode, PublishMode::kClassic);
}

}  // namespace
}  // namespace hermod
