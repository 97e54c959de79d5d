#include "server/recent_dead_letters.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace hermod {
namespace {

class RecentDeadLettersTest : public ::testing::Test {
 protected:
  RecentDeadLettersTest() { options_.kafka_topics = {"events", "orders"}; }

  void add(int64_t offset) {
    const Position position{1, 2, offset, 0};
    recent_.on_dead_letter({position, {"invalid_json"}, "pay\nload", "ann", "{x", hold_});
  }

  test::FakeClock clock_;
  Options options_;
  RecordHold hold_;
  RecentDeadLetters recent_{clock_, options_};
};

TEST_F(RecentDeadLettersTest, DescribesTheRecordWithEscapedText) {
  add(7);
  const ConsoleDeadLetter& shown = recent_.newest_first().front();
  EXPECT_EQ(shown.topic, "orders");
  EXPECT_EQ(shown.partition, 2);
  EXPECT_EQ(shown.offset, 7);
  EXPECT_EQ(shown.reason, "invalid_json");
  EXPECT_EQ(shown.field.find('\n'), std::string::npos);
  EXPECT_EQ(shown.bytes, 2U);
  EXPECT_EQ(shown.user, "ann");
  EXPECT_EQ(shown.value, "{x");
}

TEST_F(RecentDeadLettersTest, ProductionShowsNeitherUserNorValue) {
  options_.environment = "production";
  add(7);
  EXPECT_EQ(recent_.newest_first().front().user, "");
  EXPECT_EQ(recent_.newest_first().front().value, "");
}

TEST_F(RecentDeadLettersTest, KeepsTheLastTwenty) {
  for (int64_t offset = 0; offset <= 20; ++offset) add(offset);
  EXPECT_EQ(recent_.newest_first().size(), 20U);
  EXPECT_EQ(recent_.newest_first().front().offset, 20);
  EXPECT_EQ(recent_.newest_first().back().offset, 1);
}

}  // namespace
}  // namespace hermod
