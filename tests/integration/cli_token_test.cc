#include <gmock/gmock.h>

#include "auth/jwt_verifier.h"
#include "base/clock.h"
#include "cli/dev_state.h"
#include "server/component_options.h"
#include "support/cli_run.h"
#include "support/recording_log.h"
#include "support/scratch_dir.h"

namespace hermod {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class CliTokenTest : public ::testing::Test {
 protected:
  CliTokenTest() { run_.environment["XDG_RUNTIME_DIR"] = dir_.path().string(); }

  // The verdict of a service with this secret on the token on stdout.
  Verdict verdict(const std::string& secret) {
    Options options;
    options.jwt_secret_key = secret;
    const auto verifier = JwtVerifier::create(verifier_options(options), log_);
    EXPECT_EQ(run_.out.find('\n'), run_.out.size() - 1) << run_.out;
    return verifier.value()->verify(run_.out.substr(0, run_.out.size() - 1),
                                    SystemClock().wall_ms());
  }

  static constexpr const char* kSecret = "a secret of thirty-two bytes, at least";

  test::RecordingLog log_;
  test::ScratchDir dir_;
  test::CliRun run_;
};

TEST_F(CliTokenTest, PrintsATokenThatTheServiceAccepts) {
  run_.environment["JWT_SECRET_KEY"] = kSecret;
  ASSERT_EQ(
      run_({"token", "ann", "--expires-in", "60", "--claim", "roles=[\"x\"]", "--claim", "n=a=b"}),
      0);
  EXPECT_EQ(run_.err, "");
  const Verdict judged = verdict(kSecret);
  ASSERT_TRUE(std::holds_alternative<Identity>(judged));
  EXPECT_EQ(std::get<Identity>(judged).user, "ann");
  EXPECT_LE(std::get<Identity>(judged).expires_at_ms, SystemClock().wall_ms() + 60'000);

  ASSERT_EQ(run_({"token", "ann", "--claim", "iss=other"}), 0);
  EXPECT_EQ(std::get<Denied>(verdict(kSecret)), Denied::kIssuer);
}

TEST_F(CliTokenTest, SignsWithAFilesKey) {
  const std::string key = dir_.write("key", std::string(kSecret) + '\n');
  ASSERT_EQ(run_({"token", "ann", "--jwt-secret-key-file", key}), 0);
  EXPECT_TRUE(std::holds_alternative<Identity>(verdict(kSecret)));
  const std::string config = dir_.write("hermod.toml", "jwt_secret_key_file = '" + key + "'\n");
  ASSERT_EQ(run_({"token", "ann", "--config", config}), 0);
  EXPECT_TRUE(std::holds_alternative<Identity>(verdict(kSecret)));
}

TEST_F(CliTokenTest, SignsWithTheGeneratedKeyOfARunningService) {
  EXPECT_EQ(run_({"token", "ann"}), 2);
  EXPECT_THAT(run_.err, HasSubstr("JWT_SECRET_KEY"));
  cli::DevState state = cli::own_dev_state();
  state.key = generate_secret();
  const cli::DevStateFile file(dir_.path().string() + "/hermod");
  ASSERT_TRUE(file.write(state).ok());
  EXPECT_EQ(run_({"token", "ann"}), 0);
  EXPECT_TRUE(std::holds_alternative<Identity>(verdict(state.key)));
  // A configured key takes precedence, and production never reads the state file.
  run_.environment["JWT_SECRET_KEY"] = kSecret;
  EXPECT_EQ(run_({"token", "ann"}), 0);
  EXPECT_TRUE(std::holds_alternative<Identity>(verdict(kSecret)));
  run_.environment = {{"XDG_RUNTIME_DIR", dir_.path().string()}, {"ENVIRONMENT", "production"}};
  EXPECT_EQ(run_({"token", "ann"}), 2);
  EXPECT_EQ(run_.out, "");
}

TEST_F(CliTokenTest, RefusesWhatItCannotSign) {
  run_.environment["JWT_SECRET_KEY"] = kSecret;
  const std::vector<std::vector<std::string>> wrong = {
      {"token"},
      {"token", ""},
      {"token", std::string(257, 'x')},
      {"token", "\xff"},
      {"token", "ann", "bob"},
      {"token", "ann", "--expires-in", "0"},
      {"token", "ann", "--expires-in", "-1"},
      {"token", "ann", "--claim", "x"},
      {"token", "ann", "--claim", "=x"},
      {"token", "ann", "--jwt-algorithm", "none"},
      {"token", "ann", "--jwt-algorithm", "RS256"},
  };
  for (const auto& arguments : wrong) {
    EXPECT_EQ(run_(arguments), 2) << ::testing::PrintToString(arguments);
    EXPECT_EQ(run_.out, "");
    EXPECT_THAT(run_.err, ::testing::StartsWith("hermod: "));
    EXPECT_EQ(std::count(run_.err.begin(), run_.err.end(), '\n'), 1);
    EXPECT_THAT(run_.err, Not(HasSubstr(kSecret)));
  }
}

}  // namespace
}  // namespace hermod
