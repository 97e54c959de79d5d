#include "settings/redis_rules.h"

#include <gmock/gmock.h>

namespace hermod {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

using Field = std::string Options::*;
using FieldText = std::pair<Field, const char*>;

class RedisRulesTest : public ::testing::Test {
 protected:
  // The error for `url` with these settings; empty if they are valid.
  std::string refusal(const std::string& url, std::initializer_list<FieldText> settings = {}) {
    Options options;
    options.environment = environment_;
    options.redis_url = url;
    for (const auto& [field, text] : settings) options.*field = text;
    const auto checked = check_redis_settings(options);
    return checked.ok() ? "" : checked.error().message;
  }

  std::string environment_ = "development";
  Field user_ = &Options::redis_user;
  Field password_ = &Options::redis_password;
  Field file_ = &Options::redis_password_file;
};

TEST_F(RedisRulesTest, ACredentialIsGivenOnce) {
  EXPECT_EQ(refusal("redis://h", {{user_, "a"}, {password_, "b"}}), "");
  EXPECT_EQ(refusal("redis://a@h", {{file_, "/f"}}), "");
  EXPECT_EQ(refusal("redis://:b@h", {{user_, "a"}}), "");
  EXPECT_EQ(refusal("unix:///s", {{user_, "a"}, {file_, "/f"}}), "");
  EXPECT_THAT(refusal("redis://a:b@h", {{user_, "a"}}),
              HasSubstr("REDIS_USER is set, but REDIS_URL contains a user"));
  EXPECT_THAT(refusal("redis://:hidden@h", {{password_, "b"}}),
              HasSubstr("REDIS_PASSWORD is set, but REDIS_URL contains a password"));
  EXPECT_THAT(refusal("redis://:hidden@h", {{file_, "/f"}}),
              HasSubstr("REDIS_PASSWORD_FILE is set, but REDIS_URL contains a password"));
  EXPECT_THAT(refusal("redis://:hidden@h", {{file_, "/f"}}), Not(HasSubstr("hidden")));
  EXPECT_THAT(refusal("redis://h", {{password_, "b"}, {file_, "/f"}}),
              HasSubstr("REDIS_PASSWORD and REDIS_PASSWORD_FILE are both set"));
}

TEST_F(RedisRulesTest, AUserNeedsAPassword) {
  EXPECT_THAT(refusal("redis://h", {{user_, "a"}}), HasSubstr("REDIS_USER needs a password"));
  EXPECT_THAT(refusal("redis://secret@h"), HasSubstr("contains a user without a password"));
  EXPECT_THAT(refusal("redis://secret@h"), Not(HasSubstr("secret")));
}

TEST_F(RedisRulesTest, SentinelCredentialsNeedSentinels) {
  const Field user = &Options::redis_sentinel_user;
  const Field file = &Options::redis_sentinel_password_file;
  const Field password = &Options::redis_sentinel_password;
  EXPECT_EQ(refusal("redis+sentinel://s/m", {{user, "a"}, {file, "/f"}}), "");
  EXPECT_THAT(refusal("redis+sentinel://s/m", {{user, "a"}}),
              HasSubstr("REDIS_SENTINEL_USER needs a password"));
  EXPECT_THAT(refusal("redis+sentinel://s/m", {{password, "a"}, {file, "/f"}}),
              HasSubstr("REDIS_SENTINEL_PASSWORD and REDIS_SENTINEL_PASSWORD_FILE are both set"));
  EXPECT_THAT(refusal("redis://h", {{file, "/f"}}),
              HasSubstr("REDIS_SENTINEL_PASSWORD_FILE is set, but REDIS_URL names no sentinels"));
}

TEST_F(RedisRulesTest, TlsSettingsNeedTls) {
  const Field cert = &Options::redis_tls_cert_file;
  const Field key = &Options::redis_tls_key_file;
  const Field ca = &Options::redis_tls_ca_file;
  const Field verify = &Options::redis_tls_verify;
  EXPECT_EQ(refusal("rediss://h", {{cert, "/c"}, {key, "/k"}, {ca, "/a"}, {verify, "ca"}}), "");
  EXPECT_THAT(refusal("rediss://h", {{cert, "/c"}}),
              HasSubstr("REDIS_TLS_CERT_FILE needs REDIS_TLS_KEY_FILE"));
  EXPECT_THAT(refusal("rediss://h", {{key, "/k"}}),
              HasSubstr("REDIS_TLS_KEY_FILE needs REDIS_TLS_CERT_FILE"));
  EXPECT_THAT(refusal("redis://h", {{ca, "/a"}}), HasSubstr("REDIS_TLS_CA_FILE is set, but"));
  EXPECT_THAT(refusal("redis+cluster://h", {{&Options::redis_tls_server_name, "n"}}),
              HasSubstr("REDIS_TLS_SERVER_NAME is set, but REDIS_URL does not use TLS"));
  EXPECT_THAT(refusal("redis://h", {{verify, "ca"}}), HasSubstr("REDIS_TLS_VERIFY is set, but"));
  EXPECT_EQ(refusal("rediss://h", {{verify, "none"}}), "");
  environment_ = "production";
  EXPECT_THAT(refusal("rediss://h", {{verify, "none"}}), HasSubstr("REDIS_TLS_VERIFY is none"));
  EXPECT_EQ(refusal("rediss://h", {{verify, "ca"}}), "");
}

TEST_F(RedisRulesTest, ShardedChannelsNeedACluster) {
  const Field pubsub = &Options::redis_pubsub;
  EXPECT_EQ(refusal("redis+cluster://h", {{pubsub, "sharded"}}), "");
  EXPECT_EQ(refusal("redis://h", {{pubsub, "classic"}}), "");
  EXPECT_THAT(refusal("rediss://h", {{pubsub, "sharded"}}),
              HasSubstr("REDIS_PUBSUB is sharded, which needs a cluster: REDIS_URL must begin with "
                        "rediss+cluster://"));
}

TEST_F(RedisRulesTest, SettingsWithoutAUrlHaveNoEffect) {
  Options options;
  EXPECT_TRUE(idle_redis_settings(options).empty());
  options.redis_password = "hidden";
  EXPECT_TRUE(check_redis_settings(options).ok());
  EXPECT_THAT(idle_redis_settings(options),
              ElementsAre("REDIS_PASSWORD has no effect, because REDIS_URL is not set"));
  options.redis_url = "redis://h";
  EXPECT_TRUE(idle_redis_settings(options).empty());
}

}  // namespace
}  // namespace hermod
