#include <gmock/gmock.h>

#include "integration/cli_kafka_fixture.h"
#include "support/redis_server.h"
#include "support/tls_authority.h"

namespace hermod {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using CliCheckTest = test::CliKafkaTest;

TEST_F(CliCheckTest, SaysALineForEach) {
  test::RedisServer redis({.password = "hidden"});
  run_.environment["REDIS_URL"] = redis.url();
  run_.environment["JWT_SECRET_KEY"] = "a secret of thirty-two bytes, at least";
  EXPECT_EQ(run_({"check"}), 0) << run_.out << run_.err;
  EXPECT_EQ(std::count(run_.out.begin(), run_.out.end(), '\n'), 3) << run_.out;
  EXPECT_THAT(run_.out, HasSubstr("configuration: ok, development, keys for HS256\n"));
  EXPECT_THAT(run_.out, ContainsRegex("\nredis: ok, (Redis|Valkey) "));
  EXPECT_THAT(run_.out, HasSubstr("\nkafka: ok, "));
  EXPECT_THAT(run_.out + run_.err, Not(HasSubstr("hidden")));
  EXPECT_EQ(run_.err, "");
}

TEST_F(CliCheckTest, ReachesRedisOverTlsWithAPasswordFromAFile) {
  test::TlsAuthority authority;
  test::ScratchDir dir;
  test::RedisServerOptions server;
  server.password = "hidden";
  server.tls = {.ca_file = authority.ca_file(), .certificate = authority.issue("server")};
  test::RedisServer redis(server);
  run_.environment["REDIS_URL"] = "rediss://127.0.0.1:" + std::to_string(redis.port());
  run_.environment["REDIS_TLS_CA_FILE"] = authority.ca_file();
  run_.environment["REDIS_PASSWORD_FILE"] = dir.write("password", "hidden\n");
  EXPECT_EQ(run_({"check"}), 0) << run_.out << run_.err;
  EXPECT_THAT(run_.out, ContainsRegex("\nredis: ok, (Redis|Valkey) "));
  run_.environment["REDIS_TLS_SERVER_NAME"] = "other.example";
  EXPECT_EQ(run_({"check"}), 1);
  EXPECT_THAT(run_.out, HasSubstr("certificate verify failed"));
  run_.environment["REDIS_TLS_SERVER_NAME"] = "";
  run_.environment["REDIS_PASSWORD_FILE"] = dir.write("password", "wrong\n");
  EXPECT_EQ(run_({"check"}), 1);
  EXPECT_THAT(run_.out, HasSubstr("the user or the password is refused"));
  run_.environment["REDIS_PASSWORD_FILE"] = dir.write("password", "hidden\nlines\n");
  EXPECT_EQ(run_({"check", "--offline"}), 2);
  EXPECT_THAT(run_.err, HasSubstr("REDIS_PASSWORD_FILE"));
  run_.environment["REDIS_PASSWORD_FILE"] = "";
  run_.environment["REDIS_TLS_CA_FILE"] = "/nonexistent";
  EXPECT_EQ(run_({"check", "--offline"}), 2);
  EXPECT_THAT(run_.err, HasSubstr("REDIS_TLS_CA_FILE"));
  EXPECT_THAT(run_.out + run_.err, Not(HasSubstr("hidden")));
}

TEST_F(CliCheckTest, ReachesNobodyOffline) {
  run_.environment["REDIS_URL"] = "redis://127.0.0.1:1";
  EXPECT_EQ(run_({"check", "--offline"}), 0);
  EXPECT_EQ(run_.out, "configuration: ok, development, a key is generated at start\n");
}

TEST_F(CliCheckTest, SaysWhoDoesNotAnswer) {
  run_.environment["REDIS_URL"] = "redis://127.0.0.1:1";
  EXPECT_EQ(run_({"check"}), 1);
  EXPECT_THAT(run_.out, HasSubstr("redis: "));
  EXPECT_THAT(run_.out, Not(HasSubstr("redis: ok")));
  EXPECT_THAT(run_.out, HasSubstr("kafka: ok"));
  run_.environment = {};
  EXPECT_EQ(run_({"check"}), 0);
  EXPECT_THAT(run_.out, HasSubstr("redis: embedded in the process"));
  EXPECT_THAT(run_.out, HasSubstr("kafka: embedded in the process"));
}

TEST_F(CliCheckTest, JudgesTheConfiguration) {
  run_.environment["ENVIRONMENT"] = "production";
  EXPECT_EQ(run_({"check"}), 2);
  EXPECT_EQ(run_.out, "");
  EXPECT_THAT(run_.err, HasSubstr("REDIS_URL is needed"));
  run_.environment["REDIS_URL"] = "redis://127.0.0.1:1";
  run_.environment["JWT_SECRET_KEY"] = "hidden";
  EXPECT_EQ(run_({"check", "--offline"}), 2);
  EXPECT_THAT(run_.err, HasSubstr("JWT_SECRET_KEY is shorter than the 32 bytes"));
  EXPECT_EQ(run_({"check", "--offline", "--jwt-allow-short-key"}), 0);
  EXPECT_THAT(run_.err, HasSubstr("shorter than its hash"));
  EXPECT_THAT(run_.out + run_.err, Not(HasSubstr("hidden")));
  EXPECT_EQ(run_({"check", "--offline", "--jwt-algorithm", "RS256"}), 2);
  run_.environment.erase("JWT_SECRET_KEY");
  EXPECT_EQ(run_({"check", "--offline", "--jwt-secret-key-file", "/absent"}), 2);
  EXPECT_THAT(run_.err, HasSubstr("/absent"));
}

// An operator runs this before the first start, with the settings that the service will read.
TEST_F(CliCheckTest, JudgesInAShellWhatTheServiceWillRead) {
  const std::string settings =
      dir_.write("hermod.toml",
                 "kafka_bootstrap_servers = \"localhost:1\"\nredis_url = \"redis://localhost:1\"\n"
                 "jwt_secret_key_file = \"/run/credentials/absent.service/key\"\n");
  const std::string key = dir_.write("key", std::string(32, 'k'));
  run_.environment = {};
  EXPECT_EQ(run_({"check", "--offline", "--config", settings}), 2);
  EXPECT_THAT(run_.err, HasSubstr("only while the service runs"));
  EXPECT_EQ(run_({"check", "--offline", "--config", settings, "--environment", "production",
                  "--jwt-secret-key-file", key}),
            0)
      << run_.err;
  EXPECT_EQ(run_.out, "configuration: ok, production, keys for HS256\n");
}

// Only the creation of a client detects these: serve exits with 2, and so does check, also offline.
TEST_F(CliCheckTest, OfflineItRefusesWhatServeRefuses) {
  EXPECT_EQ(run_({"check", "--offline", "--kafka-config",
                  "security.protocol=sasl_plaintext,sasl.mechanism=NO-SUCH-MECHANISM"}),
            2);
  EXPECT_THAT(run_.err, HasSubstr("NO-SUCH-MECHANISM"));
  EXPECT_EQ(run_({"check", "--offline", "--kafka-config",
                  "security.protocol=ssl,ssl.ca.location=/absent/ca.pem"}),
            2);
  EXPECT_THAT(run_.err, HasSubstr("ssl.ca.location"));
}

TEST_F(CliCheckTest, JudgesTheTextOfTheAdminTokenFile) {
  const std::string key = dir_.write("key", std::string(32, 'k'));
  const std::vector<std::pair<std::string, std::string>> flaws = {
      {"\"hidden-token-of-an-operator\"\n", "is in quotes"},
      {" hidden-token-of-an-operator\n", "begins or ends with a blank"},
      {"\xef\xbb\xbfhidden-token-of-an-operator", "begins with a byte order mark"}};
  run_.environment["REDIS_URL"] = "redis://127.0.0.1:1";
  for (const auto& [text, flaw] : flaws) {
    const std::string file = dir_.write("token", text);
    // Quotes may be intended, but a header cannot contain a blank or a byte order mark.
    const int status = flaw == "is in quotes" ? 0 : 2;
    EXPECT_EQ(run_({"check", "--offline", "--admin-token-file", file}), status) << run_.err;
    EXPECT_THAT(run_.err, HasSubstr("ADMIN_TOKEN_FILE"));
    EXPECT_THAT(run_.err, HasSubstr(flaw));
    EXPECT_EQ(run_({"check", "--offline", "--admin-token-file", file, "--environment", "production",
                    "--jwt-secret-key-file", key}),
              2);
    EXPECT_THAT(run_.err, HasSubstr(flaw));
    EXPECT_THAT(run_.out + run_.err, Not(HasSubstr("hidden-token")));
  }
  const std::string file = dir_.write("token", "hidden-token-of-an-operator\n");
  EXPECT_EQ(run_({"check", "--offline", "--admin-token-file", file, "--environment", "production",
                  "--jwt-secret-key-file", key}),
            0);
  EXPECT_EQ(run_.err, "");
}

// The first two properties contradict those that hermod sets; the third is valid only with them.
TEST_F(CliCheckTest, ServeAndCheckJudgeTheSameClients) {
  for (const char* property : {"message.max.bytes=20000000", "linger.ms=6000"}) {
    const std::string name = std::string(property).substr(0, std::string(property).find('='));
    for (const std::vector<std::string>& verb :
         {std::vector<std::string>{"check"}, {"check", "--offline"}, {"serve"}}) {
      std::vector<std::string> arguments = verb;
      arguments.insert(arguments.end(), {"--kafka-config", property});
      EXPECT_EQ(run_(arguments), 2) << property << ' ' << verb.back();
      EXPECT_THAT(run_.err, HasSubstr(name));
    }
  }
  for (const std::vector<std::string>& verb :
       {std::vector<std::string>{"check"}, {"check", "--offline"}}) {
    std::vector<std::string> arguments = verb;
    arguments.insert(arguments.end(), {"--kafka-config", "max.poll.interval.ms=10000"});
    EXPECT_EQ(run_(arguments), 0) << run_.out << run_.err;
  }
}

TEST_F(CliCheckTest, ARightThatIsMissingIsALineAndStatusOne) {
  test::RedisServer redis;
  redis.command({"ACL", "SETUSER", "ann", "on", ">hidden", "~*", "allchannels", "+@all", "-xadd"});
  run_.environment["REDIS_URL"] = "redis://ann:hidden@127.0.0.1:" + std::to_string(redis.port());
  EXPECT_EQ(run_({"check"}), 1);
  EXPECT_THAT(run_.out,
              HasSubstr("\nredis: Redis at 127.0.0.1:" + std::to_string(redis.port()) + ": XADD"));
  EXPECT_THAT(run_.out, HasSubstr("the ACL lacks +xadd\n"));
  EXPECT_THAT(run_.out, Not(HasSubstr("hidden")));
}

TEST_F(CliCheckTest, EvictionFailsInProductionOnly) {
  test::RedisServer redis;
  redis.command({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  run_.environment["REDIS_URL"] = redis.url();
  run_.environment["JWT_SECRET_KEY"] = "a secret of thirty-two bytes, at least";
  EXPECT_EQ(run_({"check"}), 0);
  EXPECT_THAT(run_.out, HasSubstr("redis: warning: "));
  run_.environment["ENVIRONMENT"] = "production";
  EXPECT_EQ(run_({"check"}), 1);
  EXPECT_THAT(run_.out, HasSubstr("allkeys-lru"));
}

TEST_F(CliCheckTest, ABadPropertyIsAMatterOfConfiguration) {
  EXPECT_EQ(run_({"check", "--kafka-config", "no.such.property=1"}), 2);
  EXPECT_THAT(run_.err, HasSubstr("--kafka-config is refused: Kafka property no.such.property"));
}

}  // namespace
}  // namespace hermod
