#include "server/user_feeds.h"

#include <memory>
#include <optional>
#include <string>

#include "support/loop_test.h"
#include "unit/core/session_fixture.h"

namespace hermod {
namespace {

constexpr int64_t kIdleInTestMs = 5;

// Two connections of "ann" and one of "ben".
class UserFeedsTest : public test::LoopTest {
 protected:
  void SetUp() override {
    for (const char* user : {"ann", "ann", "ben"}) {
      peers_.push_back(std::make_unique<test::TestPeer>(hub_));
      ASSERT_TRUE(hub_.join(peers_.back()->session, user));
      if (peers_.size() != 2) hub_.on_subscribed(user);
      bus_.answer({});
    }
    feeds_.emplace(UserFeeds::Dependencies{loop(), clock_, options_, observers_, kIdleInTestMs});
  }

  void TearDown() override {
    feeds_.reset();
    for (auto& peer : peers_) hub_.leave(peer->session);
    LoopTest::TearDown();
  }

  // Delivers a message to `user`, and writes it.
  void deliver(const std::string& user, uint64_t count, const std::string& text) {
    hub_.on_text(user, count == 0 ? StreamId{} : StreamId{1000 + count, count}, text, {});
    for (auto& peer : peers_) {
      std::string out;
      peer->session.gather({clock_.wall_ms(), clock_.steady_ms()}, out, 65'536);
      peer->session.on_written();
    }
  }

  ConsoleFeedEvent newest(const std::string& user) {
    return feeds_->watch(user).newest_first.at(0);
  }

  test::FakeClock clock_;
  test::RecordingLog log_;
  Stats stats_;
  Observers observers_;
  Options options_;
  test::ScriptedBus bus_;
  Hub hub_{bus_, {clock_, log_, stats_, observers_}, {.sessions_per_user_max = 2}};
  std::vector<std::unique_ptr<test::TestPeer>> peers_;
  std::optional<UserFeeds> feeds_;
};

TEST_F(UserFeedsTest, ShowsWhatIsWrittenToTheUserWhoIsWatched) {
  EXPECT_TRUE(feeds_->watch("ann").begins);
  deliver("ann", 1, R"({"notification_type":"batch_ready","payload":{}})");
  deliver("ben", 1, R"({"notification_type":"of_ben"})");
  const ConsoleFeed feed = feeds_->watch("ann");
  EXPECT_FALSE(feed.begins);
  ASSERT_EQ(feed.newest_first.size(), 1U);
  const ConsoleFeedEvent& event = feed.newest_first[0];
  EXPECT_EQ(event.stream_id, "1001-1");
  EXPECT_EQ(event.type, "batch_ready");
  EXPECT_EQ(event.connections, 2U);
  EXPECT_EQ(event.bytes, 48U);
  EXPECT_EQ(event.payload, R"({"notification_type":"batch_ready","payload":{}})");
}

TEST_F(UserFeedsTest, AWatchChangesNothingForTheUser) {
  const auto subscribed = bus_.subscribed;
  const auto leases = bus_.leases;
  (void)feeds_->watch("ann");
  (void)feeds_->watch("nobody");
  deliver("ann", 1, "{}");
  (void)feeds_->watch("ann");
  EXPECT_EQ(hub_.session_count(), 3U);
  EXPECT_EQ(bus_.subscribed, subscribed);
  EXPECT_EQ(bus_.leases, leases);
  EXPECT_TRUE(bus_.marks.empty());
}

TEST_F(UserFeedsTest, FindsTheTypeInEveryFormat) {
  (void)feeds_->watch("ann");
  deliver("ann", 1, R"({"event":"of_event","data":{"notification_type":"inner"}})");
  EXPECT_EQ(newest("ann").type, "of_event");
  deliver("ann", 2, R"({"event_id":"e","data":{"notification_type":"of_envelope"}})");
  EXPECT_EQ(newest("ann").type, "of_envelope");
  for (const char* other : {"no JSON", "[1]", R"({"data":7})", R"({"notification_type":7})"}) {
    deliver("ann", 0, other);
    EXPECT_EQ(newest("ann").type, "") << other;
    EXPECT_EQ(newest("ann").stream_id, "") << other;
  }
}

TEST_F(UserFeedsTest, ProductionShowsNoPayload) {
  options_.environment = "production";
  EXPECT_FALSE(feeds_->watch("ann").payloads);
  deliver("ann", 1, R"({"notification_type":"t","payload":{"text":"private"}})");
  EXPECT_EQ(newest("ann").type, "t");
  EXPECT_EQ(newest("ann").payload, "");
}

TEST_F(UserFeedsTest, KeepsTheLastFiftyAndCountsTheOthers) {
  (void)feeds_->watch("ann");
  for (uint64_t i = 1; i <= UserFeeds::kEventsMax + 2; ++i) deliver("ann", i, "{}");
  const ConsoleFeed feed = feeds_->watch("ann");
  EXPECT_EQ(feed.newest_first.size(), UserFeeds::kEventsMax);
  EXPECT_EQ(feed.newest_first.front().stream_id, "1052-52");
  EXPECT_EQ(feed.dropped, 2U);
}

TEST_F(UserFeedsTest, TheWatchThatWasAskedForLongestAgoGivesWay) {
  for (size_t i = 0; i < UserFeeds::kWatchesMax; ++i) {
    (void)feeds_->watch(i == 0 ? "ann" : "user-" + std::to_string(i));
    clock_.advance(1);
  }
  (void)feeds_->watch("ann");
  (void)feeds_->watch("ben");
  EXPECT_EQ(feeds_->watches(), UserFeeds::kWatchesMax);
  EXPECT_FALSE(feeds_->watch("ann").begins);
  EXPECT_TRUE(feeds_->watch("user-1").begins);
}

TEST_F(UserFeedsTest, EndsWhenNobodyAsksAndThenObservesNothing) {
  (void)feeds_->watch("ann");
  (void)feeds_->watch("ben");
  clock_.advance(kIdleInTestMs);
  (void)feeds_->watch("ben");
  run_until([this] { return feeds_->watches() == 1; });
  EXPECT_FALSE(feeds_->watch("ben").begins);
  clock_.advance(kIdleInTestMs);
  run_until([this] { return feeds_->watches() == 0; });
  EXPECT_FALSE(observers_.observes_all());
  deliver("ann", 1, "{}");
  EXPECT_TRUE(feeds_->watch("ann").newest_first.empty());
}

}  // namespace
}  // namespace hermod
