#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "cli/dev_state.h"
#include "integration/cli_kafka_fixture.h"

namespace hermod {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using CliPublishTest = test::CliKafkaTest;

TEST_F(CliPublishTest, ProducesAnEnvelopeAndSaysWhere) {
  ASSERT_EQ(run_({"publish", "ann", "essay_graded"}), 0) << run_.err;
  EXPECT_EQ(run_.out, std::string(kTopic) + " 0 0\n");
  EXPECT_EQ(run_.err, "");
  const auto found = records(kTopic);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].key, "ann");
  const json envelope = json::parse(*found[0].value);
  EXPECT_EQ(envelope["event_id"].get<std::string>().size(), 36U);
  EXPECT_EQ(envelope["event_type"], kTopic);
  EXPECT_EQ(envelope["source_service"], "hermod-cli");
  EXPECT_EQ(envelope["schema_version"], 1);
  const json& data = envelope["data"];
  EXPECT_EQ(envelope["correlation_id"], data["correlation_id"]);
  EXPECT_EQ(data["teacher_id"], "ann");
  EXPECT_EQ(data["notification_type"], "essay_graded");
  EXPECT_EQ(data["category"], "system_alerts");
  EXPECT_EQ(data["priority"], "standard");
  EXPECT_EQ(data["payload"], json::object());
  EXPECT_EQ(data["action_required"], false);
  for (const char* name : {"deadline_timestamp", "batch_id", "class_id", "student_id"}) {
    EXPECT_TRUE(data.contains(name) && data[name].is_null()) << name;
  }
  EXPECT_TRUE(data["timestamp"].get<std::string>().ends_with('Z'));
}

TEST_F(CliPublishTest, ProducesWhatTheFlagsSay) {
  const std::string payload = R"({ "n": 12345678901234567890123, "a":"ä" })";
  ASSERT_EQ(run_({"publish",
                  "t-ä",
                  "x",
                  "--category",
                  "file_operations",
                  "--priority",
                  "high",
                  "--payload",
                  payload,
                  "--correlation-id",
                  "c-1",
                  "--batch-id",
                  "b",
                  "--class-id",
                  "k",
                  "--student-id",
                  "s",
                  "--deadline",
                  "2030-01-01T00:00:00Z",
                  "--action-required",
                  "--bare"}),
            0)
      << run_.err;
  const auto found = records(kTopic);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(*found[0].value, HasSubstr(payload));  // byte for byte
  const json data = json::parse(*found[0].value);
  EXPECT_EQ(found[0].key, "t-ä");
  EXPECT_EQ(data["category"], "file_operations");
  EXPECT_EQ(data["priority"], "high");
  EXPECT_EQ(data["correlation_id"], "c-1");
  EXPECT_EQ(data["batch_id"], "b");
  EXPECT_EQ(data["class_id"], "k");
  EXPECT_EQ(data["student_id"], "s");
  EXPECT_EQ(data["deadline_timestamp"], "2030-01-01T00:00:00Z");
  EXPECT_EQ(data["action_required"], true);
}

TEST_F(CliPublishTest, ProducesALineEach) {
  const std::string notification = R"({"teacher_id":"ann","correlation_id":"c-1","payload":{}})";
  const std::string envelope =
      R"({"event_id":"e-1","event_type":"x","data":{"teacher_id":"bob"},"metadata":null})";
  run_.input = notification + "\n\n" + envelope + "\r\n" + R"({"teacher_id":"eve"})";
  ASSERT_EQ(run_({"publish", "--file", "-"}), 0) << run_.err;
  EXPECT_EQ(run_.out, std::string(kTopic) + " 0 0\n" + kTopic + " 0 1\n" + kTopic + " 0 2\n");
  EXPECT_EQ(run_.err, "hermod: 3 records acknowledged, 0 failed\n");
  const auto found = records(kTopic);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_THAT(*found[0].value, HasSubstr("\"data\":" + notification));
  EXPECT_EQ(json::parse(*found[0].value)["correlation_id"], "c-1");
  EXPECT_EQ(*found[1].value, envelope + "\r");
  EXPECT_EQ(found[1].key, "bob");
  EXPECT_EQ(found[2].key, "eve");

  const std::string file = dir_.write("lines", notification + "\n");
  ASSERT_EQ(run_({"publish", "--file", file, "--bare"}), 0) << run_.err;
  EXPECT_EQ(*records(kTopic)[3].value, notification);
}

TEST_F(CliPublishTest, AByteOrderMarkDoesNotGoOut) {
  const std::string mark = "\xef\xbb\xbf";
  const std::string notification = R"({"teacher_id":"ann"})";
  const std::string file = dir_.write("marked", mark + notification + "\n" + notification + "\n");
  ASSERT_EQ(run_({"publish", "--file", file, "--bare"}), 0) << run_.err;
  run_.input = mark + "\n" + notification;
  ASSERT_EQ(run_({"publish", "--file", "-", "--bare"}), 0) << run_.err;
  const auto found = records(kTopic);
  ASSERT_EQ(found.size(), 3U);
  for (const auto& record : found) EXPECT_EQ(*record.value, notification);

  run_.input = notification + "\n" + mark + notification + "\n";
  EXPECT_EQ(run_({"publish", "--file", "-"}), 2);
  EXPECT_THAT(run_.err, HasSubstr("line 2 begins with a byte order mark"));
  EXPECT_EQ(run_({"publish", "ann", "x", "--payload", mark + "{}"}), 2);
  EXPECT_THAT(run_.err, HasSubstr("--payload must be a JSON object"));
}

TEST_F(CliPublishTest, EndsAtALineThatIsNoRecord) {
  run_.input = "{\"teacher_id\":\"ann\"}\n{\"teacher_id\":1}\n{\"teacher_id\":\"eve\"}\n";
  EXPECT_EQ(run_({"publish", "--file", "-"}), 2);
  EXPECT_EQ(run_.out, std::string(kTopic) + " 0 0\n");
  EXPECT_THAT(run_.err, HasSubstr("line 2 has no teacher_id"));
  run_.input = "nonsense\n";
  EXPECT_EQ(run_({"publish", "--file", "-"}), 2);
  EXPECT_THAT(run_.err, HasSubstr("line 1 is not a JSON object"));
}

TEST_F(CliPublishTest, AFileThatCannotBeReadIsNoEmptyOne) {
  EXPECT_EQ(run_({"publish", "--file", dir_.path().string()}), 2);
  EXPECT_THAT(run_.err, HasSubstr("which is a directory"));
  // The file can be opened, but its first page is not mapped.
  EXPECT_EQ(run_({"publish", "--file", "/proc/self/mem"}), 1);
  EXPECT_THAT(run_.err, HasSubstr("the input after line 0 could not be read"));
  EXPECT_EQ(run_.out, "");
}

TEST_F(CliPublishTest, RefusesWhatIsNoNotification) {
  const std::vector<std::vector<std::string>> wrong = {
      {"publish"},
      {"publish", "ann"},
      {"publish", "ann", "x", "y"},
      {"publish", "ann", ""},
      {"publish", "", "x"},
      {"publish", "ann", "x", "--file", "-"},
      {"publish", "--file", "/absent"},
      {"publish", "\xff", "x"},
      {"publish", "ann", "x", "--payload", "[]"},
      {"publish", "ann", "x", "--payload", "{"},
      {"publish", "ann", "x", "--payload", ""},
      {"publish", "ann", "x", "--category", ""},
      {"publish", "ann", "x", "--deadline", "\xff"},
      {"publish", "ann", "x", "--kafka-config", "group.id=a"},
      {"publish", "ann", "x", "--kafka-config", "no.such.property=a"},
  };
  for (const auto& arguments : wrong) {
    EXPECT_EQ(run_(arguments), 2) << ::testing::PrintToString(arguments);
    EXPECT_EQ(run_.out, "");
    EXPECT_THAT(run_.err, ::testing::StartsWith("hermod: "));
  }
  EXPECT_TRUE(records(kTopic).empty());
}

TEST_F(CliPublishTest, FailsWhereNobodyAcknowledges) {
  kafka_->refuse_size(1);
  EXPECT_EQ(run_({"publish", "ann", "x"}), 1);
  EXPECT_EQ(run_.out, "");
  EXPECT_THAT(run_.err, ::testing::StartsWith("hermod: "));
}

TEST_F(CliPublishTest, FindsTheBrokerOfARunningService) {
  run_.environment.erase("KAFKA_BOOTSTRAP_SERVERS");
  EXPECT_EQ(run_({"publish", "ann", "x"}), 2);
  EXPECT_THAT(run_.err, HasSubstr("KAFKA_BOOTSTRAP_SERVERS is needed"));
  cli::DevState state = cli::own_dev_state();
  state.bootstrap = kafka_->bootstrap();
  const cli::DevStateFile file(dir_.path().string() + "/hermod");
  ASSERT_TRUE(file.write(state).ok());
  EXPECT_EQ(run_({"publish", "ann", "x"}), 0) << run_.err;
  state.started += 1;
  ASSERT_TRUE(file.write(state).ok());
  EXPECT_EQ(run_({"publish", "ann", "x"}), 1);
  EXPECT_THAT(run_.err, HasSubstr("is stale"));
  run_.environment["ENVIRONMENT"] = "production";
  EXPECT_EQ(run_({"publish", "ann", "x"}), 2);
}

}  // namespace
}  // namespace hermod
