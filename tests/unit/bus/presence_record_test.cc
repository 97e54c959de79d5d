#include "bus/presence_record.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

using Kind = PresenceChange::Kind;

class PresenceRecordTest : public ::testing::Test {
 protected:
  PresenceChange look(bool connected, int64_t now_ms, std::string_view repeats = {}) {
    return change_presence(record_, {.connected = connected,
                                     .now_ms = now_ms,
                                     .grace_ms = 10'000,
                                     .process = "one",
                                     .repeats = repeats});
  }
  void settle(int64_t at_ms, PresenceOutcome outcome) {
    settle_presence(*record_, "one", {at_ms, outcome});
  }

  std::optional<PresenceRecord> record_;
};

TEST_F(PresenceRecordTest, TheFirstConnectionIsAnnouncedOnce) {
  const PresenceChange first = look(true, 1000);
  EXPECT_EQ(first.kind, Kind::kAnnounce);
  EXPECT_TRUE(first.online);
  EXPECT_EQ(first.ms, 1000);
  EXPECT_EQ(look(true, 2000).kind, Kind::kNone);
}

TEST_F(PresenceRecordTest, OfflineIsAnnouncedAfterTheGraceTime) {
  look(true, 1000);
  const PresenceChange ended = look(false, 2000);
  EXPECT_EQ(ended.kind, Kind::kWait);
  EXPECT_EQ(ended.ms, 10'000);
  EXPECT_EQ(look(false, 11'000).ms, 1000);
  const PresenceChange due = look(false, 12'000);
  EXPECT_EQ(due.kind, Kind::kAnnounce);
  EXPECT_FALSE(due.online);
  EXPECT_EQ(due.ms, 12'000);
  EXPECT_EQ(look(false, 30'000).kind, Kind::kNone);
}

TEST_F(PresenceRecordTest, AReturnStartsTheGraceTimeAgain) {
  look(true, 1000);
  look(false, 2000);
  EXPECT_EQ(look(true, 11'000).kind, Kind::kNone);
  EXPECT_EQ(look(false, 13'000).ms, 10'000);
}

TEST_F(PresenceRecordTest, TheTimeOfTheEventsIncreasesIfTheClockIsSetBack) {
  look(true, 50'000);
  look(false, 1000);
  EXPECT_EQ(look(false, 11'000).ms, 50'001);
  EXPECT_EQ(look(true, 12'000).ms, 50'002);
}

TEST_F(PresenceRecordTest, AnOpenEventIsRepeatedOnlyForItsProcess) {
  look(true, 1000);
  EXPECT_EQ(look(true, 2000, "two").kind, Kind::kNone);
  const PresenceChange repeated = look(true, 2000, "one");
  EXPECT_EQ(repeated.kind, Kind::kAnnounce);
  EXPECT_EQ(repeated.ms, 1000);
  settle(1000, PresenceOutcome::kWritten);
  EXPECT_EQ(look(true, 3000, "one").kind, Kind::kNone);
}

TEST_F(PresenceRecordTest, AFailedEventIsRepeatedByTheNextLook) {
  look(true, 1000);
  settle(1000, PresenceOutcome::kFailed);
  EXPECT_EQ(look(true, 2000).kind, Kind::kAnnounce);
  EXPECT_EQ(look(true, 3000).kind, Kind::kNone);
}

TEST_F(PresenceRecordTest, TheOutcomeOfAReplacedEventIsIgnored) {
  look(true, 1000);
  look(false, 2000);
  look(false, 12'000);
  settle(1000, PresenceOutcome::kWritten);
  EXPECT_EQ(record_->announcer, "one");
  settle(12'000, PresenceOutcome::kWritten);
  EXPECT_EQ(record_->announcer, "");
}

TEST_F(PresenceRecordTest, AUserWithoutARecordMayHaveBeenOnline) {
  EXPECT_EQ(look(false, 1000).kind, Kind::kWait);
  EXPECT_EQ(look(false, 11'000).kind, Kind::kAnnounce);
}

}  // namespace
}  // namespace hermod
