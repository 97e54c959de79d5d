#include <gmock/gmock.h>

#include "cli/dead_letter_selection.h"
#include "integration/cli_kafka_fixture.h"

namespace hermod {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class CliDeadLettersTest : public test::CliKafkaTest {
 protected:
  static ProducerRecord letter(std::string_view reason, std::string_view topic = kTopic,
                               int replays = 0) {
    ProducerRecord record{kLetters, "ann", "{\"x\":1}", {{"trace", "t-1"}}};
    record.headers.push_back({std::string(kHeaderReason), std::string(reason)});
    record.headers.push_back({std::string(kHeaderErrorCode), "VALIDATION_ERROR"});
    record.headers.push_back({std::string(kHeaderTopic), std::string(topic)});
    record.headers.push_back({std::string(kHeaderPartition), "3"});
    record.headers.push_back({std::string(kHeaderOffset), "17"});
    record.headers.push_back({std::string(kHeaderTime), "2026-01-31T08:15:30.123Z"});
    record.headers.push_back({std::string(kHeaderReplays), std::to_string(replays)});
    return record;
  }
};

TEST_F(CliDeadLettersTest, ListsALineEach) {
  ASSERT_EQ(run_({"dead-letters"}), 0) << run_.err;
  EXPECT_EQ(run_.out, "");
  produce(letter("invalid_json"));
  ProducerRecord odd = letter("missing_field", "other", 2);
  odd.value = "\x1b[31m\nred\xff" + std::string(500, 'x');
  odd.headers.push_back({std::string(kHeaderTruncated), "2000000"});
  produce(odd);
  ASSERT_EQ(run_({"dead-letters"}), 0) << run_.err;
  EXPECT_THAT(run_.out,
              ::testing::StartsWith(
                  "0:0 2026-01-31T08:15:30.123Z invalid_json VALIDATION_ERROR from " +
                  std::string(kTopic) + " 3:17 key \"ann\" bytes 7 value \"{\\\"x\\\":1}\"\n0:1 "));
  EXPECT_THAT(run_.out, HasSubstr("bytes 2000000 (truncated) replays 2 value"));
  EXPECT_EQ(std::count(run_.out.begin(), run_.out.end(), '\n'), 2);
  EXPECT_THAT(run_.out, Not(HasSubstr("\x1b")));
  EXPECT_LT(run_.out.size(), 600U);

  ASSERT_EQ(run_({"dead-letters", "--reason", "missing_field"}), 0);
  EXPECT_THAT(run_.out, ::testing::StartsWith("0:1 "));
  ASSERT_EQ(run_({"dead-letters", "--offset", "0:0", "--offset", "0:5"}), 0);
  EXPECT_EQ(std::count(run_.out.begin(), run_.out.end(), '\n'), 1);
  ASSERT_EQ(run_({"dead-letters", "--reason", "missing_field", "--offset", "0:0"}), 0);
  EXPECT_EQ(run_.out, "");
}

TEST_F(CliDeadLettersTest, ReplaysASelection) {
  produce(letter("invalid_json"));
  produce(letter("other"));
  ASSERT_EQ(run_({"dead-letters", "--offset", "0:1", "--replay"}), 0) << run_.err;
  EXPECT_EQ(run_.out, std::string(kTopic) + " 0 0\n");
  const auto found = records(kTopic);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].key, "ann");
  EXPECT_EQ(found[0].value, "{\"x\":1}");
  EXPECT_EQ(found[0].replays, 1U);
  EXPECT_EQ(found[0].reason, "");
  ASSERT_EQ(found[0].headers.size(), 1U);
  EXPECT_EQ(found[0].headers[0].name, "trace");
}

TEST_F(CliDeadLettersTest, ReportsThatThereIsNothingToReplay) {
  produce(letter("invalid_json"));
  EXPECT_EQ(run_({"dead-letters", "--reason", "invalid_jsn\x1b", "--replay"}), 1);
  EXPECT_EQ(run_.err, "hermod: no dead letter matches --reason \"invalid_jsn\\u001b\"\n");
  EXPECT_EQ(
      run_({"dead-letters", "--reason", "other", "--offset", "0:0", "--offset", "0:7", "--replay"}),
      1);
  EXPECT_THAT(run_.err,
              HasSubstr("no dead letter matches --reason \"other\" --offset 0:0 --offset 0:7\n"));
  EXPECT_EQ(run_.out, "");
  EXPECT_TRUE(records(kTopic).empty());
}

TEST_F(CliDeadLettersTest, DoesNotReplayWhatMustNotGoBack) {
  produce(letter("a", "not.configured"));
  produce(letter("b", kTopic, 3));
  ProducerRecord cut = letter("c");
  cut.headers.push_back({std::string(kHeaderTruncated), "2000000"});
  produce(cut);
  produce(letter("d", kTopic, 2));
  EXPECT_EQ(run_({"dead-letters", "--offset", "0:0", "--replay"}), 1);
  EXPECT_EQ(run_({"dead-letters", "--offset", "0:0", "--offset", "0:1", "--offset", "0:2",
                  "--offset", "0:3", "--replay"}),
            1);
  EXPECT_THAT(run_.err, HasSubstr("0:0 is not replayed: its topic, not.configured, is not one of"));
  EXPECT_THAT(run_.err, HasSubstr("0:1 is not replayed: its record was replayed 3 times already"));
  EXPECT_THAT(run_.err, HasSubstr("0:2 is not replayed: its value was truncated"));
  EXPECT_EQ(run_.out, std::string(kTopic) + " 0 0\n");
}

TEST_F(CliDeadLettersTest, RefusesWhatItCannotRead) {
  EXPECT_EQ(run_({"dead-letters", "--replay"}), 2);
  EXPECT_THAT(run_.err, HasSubstr("--replay needs a selection"));
  for (const char* position : {"", "1", "1:", ":1", "-1:1", "1:-1", "a:1", "1:1:1", " 1:1"}) {
    EXPECT_EQ(run_({"dead-letters", std::string("--offset=") + position}), 2) << position;
  }
  run_.environment["KAFKA_DEAD_LETTER_TOPIC"] = "";
  EXPECT_EQ(run_({"dead-letters"}), 2);
  EXPECT_THAT(run_.err, HasSubstr("KAFKA_DEAD_LETTER_TOPIC is empty"));
  run_.environment.erase("KAFKA_DEAD_LETTER_TOPIC");
  run_.environment.erase("KAFKA_BOOTSTRAP_SERVERS");
  EXPECT_EQ(run_({"dead-letters"}), 2);
}

}  // namespace
}  // namespace hermod
