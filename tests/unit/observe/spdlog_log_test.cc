#include "observe/spdlog_log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "dead_letters/dead_letter_log.h"
#include "support/fake_clock.h"

namespace hermod {
namespace {

using nlohmann::json;

// A log that writes into a pipe; the test reads from the pipe.
class SpdlogLogTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(pipe2(fds_, O_NONBLOCK), 0); }
  void TearDown() override {
    close(fds_[0]);
    close(fds_[1]);
  }

  LogOptions options(LogFormat format) {
    LogOptions options;
    options.format = format;
    options.fd = fds_[1];
    return options;
  }

  std::string written() {
    std::string text;
    char buffer[65536];
    for (ssize_t n = 0; (n = read(fds_[0], buffer, sizeof buffer)) > 0;) {
      text.append(buffer, static_cast<size_t>(n));
    }
    return text;
  }

  test::FakeClock clock_;
  int fds_[2] = {-1, -1};
};

TEST_F(SpdlogLogTest, JsonIsOneFlatObjectALine) {
  SpdlogLog log(clock_, options(LogFormat::kJson));
  log.warning("the bus is away", {{"reason", "refused"}, {"attempt", 3}, {"error_detail", "x"}});
  const std::string text = written();
  ASSERT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  const json line = json::parse(text);
  EXPECT_EQ(line, json::parse(R"({"timestamp":"2025-06-15T15:06:40.000Z","level":"warning",
      "service":"websocket_service","event":"the bus is away","reason":"refused","attempt":3,
      "error_detail":"x"})"));
}

TEST_F(SpdlogLogTest, ConsoleIsReadable) {
  SpdlogLog log(clock_, options(LogFormat::kConsole));
  log.info("listening", {{"port", 8080}, {"why", "because of it"}, {"empty", ""}});
  EXPECT_EQ(written(),
            "2025-06-15T15:06:40.000Z info     listening port=8080 why=\"because of it\"\n");
}

TEST_F(SpdlogLogTest, ColourIsOnlyAroundTheLevel) {
  LogOptions coloured = options(LogFormat::kConsole);
  coloured.colour = LogColour::kOn;
  SpdlogLog log(clock_, coloured);
  log.error("gone");
  EXPECT_EQ(written(), "2025-06-15T15:06:40.000Z \x1b[31merror   \x1b[0m gone\n");
}

TEST_F(SpdlogLogTest, OutsideTextCannotBreakALine) {
  SpdlogLog json_log(clock_, options(LogFormat::kJson));
  json_log.info("seen", {{"path", "/a\n{\"level\":\"x\"}\x1b[2J\u202e\xff"}});
  const json line = json::parse(written());
  EXPECT_EQ(line["path"], "/a\n{\"level\":\"x\"}\x1b[2J\u202e\ufffd");

  SpdlogLog console_log(clock_, options(LogFormat::kConsole));
  console_log.info("seen", {{"path", "a\nb\x1b[2J"}});
  EXPECT_NE(written().find(R"(path="a\nb\u001b[2J")"), std::string::npos);
}

TEST_F(SpdlogLogTest, LongTextIsCut) {
  SpdlogLog log(clock_, options(LogFormat::kConsole));
  log.info("seen", {{"path", std::string(300, 'x')}});
  EXPECT_NE(written().find(std::string(256, 'x') + "\u2026\""), std::string::npos);
}

TEST_F(SpdlogLogTest, ALineFitsAPipesAtomicWrite) {
  SpdlogLog log(clock_, options(LogFormat::kJson));
  const std::string noise(256, '\x01');
  log.info("seen", {{"a", noise}, {"b", noise}, {"c", noise}, {"d", noise}, {"e", noise}});
  const std::string text = written();
  EXPECT_LE(text.size(), 4096u);
  const json line = json::parse(text);
  EXPECT_EQ(line["a"], noise);
  EXPECT_EQ(line["cut"], 1);
}

// A dead letter that could not be written is only in the log, so nothing of it is truncated.
TEST_F(SpdlogLogTest, ADeadLetterFitsWhateverItsBytes) {
  SpdlogLog log(clock_, options(LogFormat::kJson));
  DeadLetter letter;
  letter.key = std::string(300, '\x01');
  letter.value = std::string(2000, '\x01') + std::string(2000, '"') + std::string(2000, 'x');
  letter.headers = {{std::string(kHeaderTopic), std::string(249, 't')},
                    {std::string(kHeaderReason), "event_id_too_long"}};
  log_dead_letter(log, letter, std::string(249, 'd'));
  std::istringstream text(written());
  std::string value;
  for (std::string line; std::getline(text, line);) {
    EXPECT_LE(line.size(), 4096u);
    const json read = json::parse(line);
    EXPECT_FALSE(read.contains("cut"));
    value += read["dead_letter.value"].get<std::string>();
  }
  EXPECT_EQ(value, letter.value);
}

TEST_F(SpdlogLogTest, NumbersThatJsonCannotSayAreText) {
  SpdlogLog log(clock_, options(LogFormat::kJson));
  log.info("seen", {{"a", std::nan("")}, {"b", 0.5}, {"c", -7}});
  const json line = json::parse(written());
  EXPECT_TRUE(line["a"].is_string());
  EXPECT_EQ(line["b"], 0.5);
  EXPECT_EQ(line["c"], -7);
}

TEST_F(SpdlogLogTest, LevelsFilterAndMayChange) {
  SpdlogLog log(clock_, options(LogFormat::kJson));
  log.debug("quiet");
  EXPECT_EQ(written(), "");
  log.set_level(LogLevel::kDebug);
  EXPECT_EQ(log.level(), LogLevel::kDebug);
  log.debug("heard");
  EXPECT_NE(written(), "");
  log.set_level(LogLevel::kCritical);
  log.error("quiet");
  log.write_limited("key", LogLevel::kError, "quiet", {});
  EXPECT_EQ(written(), "");
  log.write(LogLevel::kCritical, "heard", {});
  EXPECT_NE(written(), "");
}

TEST_F(SpdlogLogTest, JournalGetsPriorities) {
  LogOptions journal = options(LogFormat::kJson);
  journal.journal = LogJournal::kOn;
  journal.level = LogLevel::kDebug;
  SpdlogLog log(clock_, journal);
  const std::pair<LogLevel, std::string> expected[] = {{LogLevel::kDebug, "<7>{"},
                                                       {LogLevel::kInfo, "<6>{"},
                                                       {LogLevel::kWarning, "<4>{"},
                                                       {LogLevel::kError, "<3>{"},
                                                       {LogLevel::kCritical, "<2>{"}};
  for (const auto& [level, prefix] : expected) {
    log.write(level, "said", {});
    EXPECT_EQ(written().substr(0, 4), prefix);
  }
}

TEST_F(SpdlogLogTest, TheServicesNameIsNoPattern) {
  LogOptions odd = options(LogFormat::kJson);
  odd.service = "100%v\"\n";
  SpdlogLog log(clock_, odd);
  log.info("said");
  EXPECT_EQ(json::parse(written())["service"], "100%v\"\n");
}

TEST_F(SpdlogLogTest, ALimitedLineComesOnceASecondAndKey) {
  SpdlogLog log(clock_, options(LogFormat::kJson));
  for (int i = 0; i < 5; ++i) log.write_limited("poison", LogLevel::kWarning, "bad record", {});
  log.write_limited("other", LogLevel::kWarning, "another", {});
  const std::string first = written();
  EXPECT_EQ(std::count(first.begin(), first.end(), '\n'), 2);
  EXPECT_EQ(first.find("suppressed"), std::string::npos);

  clock_.advance(1000);
  log.write_limited("poison", LogLevel::kWarning, "bad record", {});
  EXPECT_EQ(json::parse(written())["suppressed"], 4);
  clock_.advance(1000);
  log.write_limited("poison", LogLevel::kWarning, "bad record", {});
  EXPECT_FALSE(json::parse(written()).contains("suppressed"));
}

TEST_F(SpdlogLogTest, AFullPipeCostsLinesAndNeverAWait) {
  fcntl(fds_[1], F_SETFL, 0);  // a write into the full pipe would block permanently
  SpdlogLog log(clock_, options(LogFormat::kJson));
  const std::string filler(200, 'x');
  for (int i = 0; i < 1000; ++i) log.info("said", {{"filler", filler}});
  const std::string before = written();
  const auto lines = std::count(before.begin(), before.end(), '\n');
  EXPECT_LT(lines, 1000);
  log.info("back");
  const std::string after = written();
  const json loss = json::parse(after.substr(0, after.find('\n')));
  EXPECT_EQ(loss["lines"], 1000 - lines);
  EXPECT_EQ(json::parse(after.substr(after.find('\n')))["event"], "back");
}

TEST_F(SpdlogLogTest, AClosedDescriptorIsSurvived) {
  LogOptions nowhere = options(LogFormat::kJson);
  nowhere.fd = -1;
  SpdlogLog log(clock_, nowhere);
  log.info("said");
}

TEST(LogLevelNames, AreThoseOfTheProtocol) {
  EXPECT_EQ(log_level("DEBUG"), LogLevel::kDebug);
  EXPECT_EQ(log_level("info"), LogLevel::kInfo);
  EXPECT_EQ(log_level("Warning"), LogLevel::kWarning);
  EXPECT_EQ(log_level("ERROR"), LogLevel::kError);
  EXPECT_EQ(log_level("CRITICAL"), LogLevel::kCritical);
  EXPECT_EQ(log_level("TRACE"), std::nullopt);
  EXPECT_EQ(log_level(""), std::nullopt);
}

TEST(LogOptionsForStderr, AFormatThatIsSetWins) {
  EXPECT_EQ(log_options_for_stderr("console").format, LogFormat::kConsole);
  EXPECT_EQ(log_options_for_stderr("json").format, LogFormat::kJson);
}

TEST(LogOptionsForStderr, AForeignJournalStreamIsNotOurs) {
  setenv("JOURNAL_STREAM", "0:0", 1);
  EXPECT_EQ(log_options_for_stderr("json").journal, LogJournal::kOff);
  unsetenv("JOURNAL_STREAM");
}

}  // namespace
}  // namespace hermod
