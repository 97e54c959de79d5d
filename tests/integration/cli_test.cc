#include "cli/cli.h"

#include <gmock/gmock.h>

#include "support/cli_run.h"
#include "support/scratch_dir.h"

namespace hermod {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class CliTest : public ::testing::Test {
 protected:
  std::string refusal(std::vector<std::string> arguments) {
    EXPECT_EQ(run_(std::move(arguments)), 2);
    EXPECT_EQ(run_.out, "");
    return run_.err;
  }

  test::CliRun run_;
};

TEST_F(CliTest, EveryHelpFitsAScreen) {
  for (const char* verb : {"", "serve", "token", "publish", "listen", "users", "disconnect",
                           "dead-letters", "check"}) {
    std::vector<std::string> arguments = {verb, "--help"};
    if (arguments[0].empty()) arguments.erase(arguments.begin());
    ASSERT_EQ(run_(arguments), 0);
    EXPECT_EQ(run_.err, "");
    std::istringstream lines(run_.out);
    std::string line;
    int count = 0;
    while (std::getline(lines, line)) {
      ++count;
      EXPECT_LE(line.size(), 80U) << line;
    }
    EXPECT_LE(count, 24) << run_.out;
  }
}

TEST_F(CliTest, NamesItsVersionAndItsLibraries) {
  ASSERT_EQ(run_({"--version"}), 0);
  EXPECT_THAT(run_.out, ::testing::StartsWith("hermod "));
  for (const char* library : {"libuv ", "libwebsockets ", "hiredis ", "librdkafka ", "OpenSSL "}) {
    EXPECT_THAT(run_.out, HasSubstr(library));
  }
}

TEST_F(CliTest, ListsEverySetting) {
  ASSERT_EQ(run_({"serve", "--help-settings"}), 0);
  EXPECT_THAT(run_.out, HasSubstr("--websocket-idle-timeout\n"));
  // It also works if required arguments are missing.
  ASSERT_EQ(run_({"token", "--help-settings"}), 0);
  EXPECT_THAT(run_.out, HasSubstr("JWT_SECRET_KEY (no flag)"));
}

TEST_F(CliTest, NamesWhatItDoesNotKnow) {
  EXPECT_THAT(refusal({}), HasSubstr("a command is needed"));
  EXPECT_THAT(refusal({"sevre"}), HasSubstr("unknown command sevre"));
  EXPECT_THAT(refusal({"--foo"}), HasSubstr("unknown flag --foo"));
  EXPECT_THAT(refusal({"token", "ann", "--websocket-prot", "1"}),
              HasSubstr("unknown flag --websocket-prot"));
  EXPECT_THAT(refusal({"token", "ann", "--log-level"}), HasSubstr("--log-level"));
  EXPECT_THAT(refusal({"token", "ann", "--log-level", "INFO", "--log-level", "INFO"}),
              HasSubstr("--log-level"));
  EXPECT_THAT(refusal({"token", "ann", "--\x1b[31m"}), Not(HasSubstr("\x1b")));
}

TEST_F(CliTest, NeverRepeatsASecret) {
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"token", "ann", "--jwt-secret-key=hidden"},
           {"token", "ann", "--jwt-secret-key", "hidden"},
           {"token", "--jwt-secret-key", "hidden", "ann"},
           {"serve", "--console-token", "hidden"},
           {"serve", "--redis-url", "redis://:hidden@localhost"}}) {
    EXPECT_THAT(refusal(arguments), Not(HasSubstr("hidden")));
    EXPECT_THAT(run_.err, HasSubstr("process list"));
  }
}

TEST_F(CliTest, TakesSettingsAsFlags) {
  run_.environment["JWT_SECRET_KEY"] = "a";
  const std::vector<std::vector<std::string>> right = {
      {"token", "ann", "--enable-metrics"},
      {"token", "ann", "--enable-metrics", "--log-level=debug"},
      {"token", "ann", "--enable-metrics=false"},
      {"token", "ann", "--websocket-service-port", "0"},
      {"token", "ann", "--websocket-port", "0"},
      {"token", "ann", "--cors-origins", "http://a,http://b"}};
  for (const auto& arguments : right) EXPECT_EQ(run_(arguments), 0) << run_.err;
  EXPECT_THAT(refusal({"token", "ann", "--enable-metrics=maybe"}),
              HasSubstr("--enable-metrics is \"maybe\", but must be true or false"));
  EXPECT_THAT(refusal({"token", "ann", "--websocket-port=x"}),
              HasSubstr("--websocket-port is \"x\""));
  EXPECT_THAT(refusal({"token", "ann", "--config", "/absent.toml"}), HasSubstr("/absent.toml"));
}

}  // namespace
}  // namespace hermod
