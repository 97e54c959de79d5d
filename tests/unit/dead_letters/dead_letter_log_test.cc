// A dead letter in the log: complete up to the limit, in parts that fit into a line.
#include "dead_letters/dead_letter_log.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "support/recording_log.h"

namespace hermod {
namespace {

std::vector<std::string> parts_in(const test::RecordingLog& log) {
  std::vector<std::string> parts;
  const std::string field = "dead_letter.value=";
  for (const std::string& line : log.lines) {
    const size_t at = line.find(field);
    if (at != std::string::npos) parts.push_back(line.substr(at + field.size()));
  }
  return parts;
}

std::string logged(const std::string& value) {
  test::RecordingLog log;
  DeadLetter letter;
  letter.value = value;
  log_dead_letter(log, letter, "dead");
  std::string whole;
  for (const std::string& part : parts_in(log)) {
    EXPECT_LE(part.size(), 2000u);
    whole += part;
  }
  return whole;
}

TEST(DeadLetterLog, HoldsTheWholeValue) {
  for (const std::string& value :
       {std::string(), std::string("short"), std::string(10'000, 'x'), std::string(10'000, '"'),
        std::string(10'000, '\xff'), std::string(3'000, '\0')}) {
    EXPECT_EQ(logged(value), value);
  }
}

TEST(DeadLetterLog, CutsNoCharacter) {
  std::string value = "x";
  for (int i = 0; i < 3000; ++i) value += "\xe2\x82\xac";
  test::RecordingLog log;
  DeadLetter letter;
  letter.value = value;
  log_dead_letter(log, letter, "dead");
  for (const std::string& part : parts_in(log)) EXPECT_TRUE(is_utf8(part));
  EXPECT_EQ(logged(value), value);
}

TEST(DeadLetterLog, IsBounded) {
  EXPECT_EQ(logged(std::string(1'000'000, 'x')).size(), kLoggedValueBytesMax);
}

TEST(DeadLetterLog, NamesTheRecord) {
  test::RecordingLog log;
  DeadLetter letter;
  letter.position = {0, 3, 17, 1};
  letter.key = "ann";
  letter.headers = {{std::string(kHeaderReason), "invalid_json"},
                    {std::string(kHeaderTopic), "first"}};
  log_dead_letter(log, letter, "dead");
  ASSERT_EQ(log.lines.size(), 1u);
  for (const char* part : {"topic=first", "partition=3", "offset=17", "reason=invalid_json",
                           "key=ann", "dead_letter_topic=dead", "value_bytes=0", "part=1 of 1"}) {
    EXPECT_TRUE(log.has(part)) << part;
  }
}

}  // namespace
}  // namespace hermod
