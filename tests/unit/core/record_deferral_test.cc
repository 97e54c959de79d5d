// An unavailable shard of the bus holds at most half of the records in flight; the records of the
// other shards are routed meanwhile, and no record is lost or overtaken.
#include "core/record_deferral.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bus/memory_bus.h"
#include "core/hub.h"
#include "core/ingest.h"
#include "source/memory_source.h"
#include "support/fake_clock.h"
#include "support/loop_test.h"
#include "support/recording_bus_listener.h"
#include "support/recording_log.h"

namespace hermod {
namespace {

constexpr ShardId kShards = 3;
constexpr size_t kInFlight = 20;

class RecordDeferralTest : public test::LoopTest {
 protected:
  void SetUp() override {
    observers_.add(ingest_->shard_observer(), Observers::Scope::kRare);
    users_.resize(kShards);
    for (int i = 0; std::ranges::count(users_, "") > 0; ++i) {
      const std::string user = "user-" + std::to_string(i);
      users_[bus_->shard_of(user)] = user;
    }
    listener_.on_state = [this](ShardId shard, BusState state) {
      observers_.on_bus_state(shard, state);
    };
    ASSERT_TRUE(bus_->start(listener_, *ingest_));
    for (const std::string& user : users_) bus_->subscribe(user);
    ASSERT_TRUE(source_->start(*ingest_));
    run_until([&] { return listener_.up(kShards) && listener_.subscribed.size() == kShards; });
  }

  void TearDown() override {
    int open = 2;
    source_->close([&open] { --open; });
    bus_->close([&open] { --open; });
    run_until([&open] { return open == 0; });
    ingest_.reset();
    source_.reset();
    bus_.reset();
    LoopTest::TearDown();
  }

  // A record with the next number of the user, as the payload.
  void append(const std::string& user) {
    const std::string number = std::to_string(++numbers_[user]);
    ASSERT_TRUE(topics_.append(
        0, {clock_.wall_ms(), "one partition",
            R"({"teacher_id":")" + user +
                R"(","notification_type":"t","category":"system_alerts","priority":"low",)"
                R"("payload":{"n":)" +
                number + R"(},"correlation_id":"c"})"}));
  }
  void append_all(int count) {
    for (int i = 0; i < count; ++i) {
      for (const std::string& user : users_) append(user);
    }
  }

  void fail(ShardId shard) {
    bus_->go_down(shard, "a test");
    run_until([&] { return listener_.shard_states[shard] == BusState::kDown; });
  }
  void recover(ShardId shard) {
    bus_->come_up(shard);
    run_until([&] { return listener_.shard_states[shard] == BusState::kUp; });
  }

  size_t received(ShardId of_shard) { return listener_.texts_of(users_[of_shard]).size(); }
  bool all_received() {
    return std::ranges::all_of(users_, [this](const std::string& user) {
      return listener_.texts_of(user).size() == numbers_[user];
    });
  }

  // Every user received every number once and in order.
  void expect_complete() {
    ASSERT_TRUE(run_until([&] { return all_received() && source_->status().open == 0; }));
    settle();
    for (const std::string& user : users_) {
      const std::vector<std::string> texts = listener_.texts_of(user);
      ASSERT_EQ(texts.size(), numbers_[user]);
      for (size_t i = 0; i < texts.size(); ++i) {
        EXPECT_NE(texts[i].find(":" + std::to_string(i + 1) + "}"), std::string::npos) << texts[i];
      }
    }
    EXPECT_EQ(source_->status().partitions_deferred, 0u);
    EXPECT_EQ(topics_.records(), 0u);
  }

  static IngestOptions options() {
    IngestOptions made;
    made.topics = {"t"};
    made.in_flight_max = kInFlight;
    return made;
  }

  test::FakeClock clock_;
  test::RecordingLog log_;
  Stats stats_;
  Observers observers_;
  test::RecordingBusListener listener_;
  MemoryTopics topics_{{.topics = {"t"}, .partitions = 1}};
  std::optional<MemorySource> source_{std::in_place, loop(), topics_};
  std::optional<MemoryBus> bus_{std::in_place, loop(), clock_, log_,
                                MemoryBusOptions{.history_max = 1000, .shards = kShards}};
  std::optional<Ingest> ingest_{std::in_place, *source_, *bus_,
                                CoreContext{clock_, log_, stats_, observers_, nullptr}, options()};
  std::vector<std::string> users_;  // by shard
  std::map<std::string, size_t> numbers_;
};

TEST_F(RecordDeferralTest, TheOtherShardsContinue) {
  fail(1);
  append_all(100);
  ASSERT_TRUE(run_until([&] { return received(0) == 100 && received(2) == 100; }));
  EXPECT_EQ(received(1), 0u);
  EXPECT_EQ(ingest_->in_flight(), kInFlight / 2);
  EXPECT_EQ(stats_.records_deferred, 100 - kInFlight / 2);
  EXPECT_EQ(source_->status().partitions_deferred, 1u);
  recover(1);
  append_all(3);
  expect_complete();
}

TEST_F(RecordDeferralTest, TwoUnavailableShardsTogetherHoldHalf) {
  fail(1);
  fail(2);
  append_all(100);
  ASSERT_TRUE(run_until([&] { return received(0) == 100; }));
  EXPECT_EQ(ingest_->in_flight(), kInFlight / 2);
  recover(2);
  ASSERT_TRUE(run_until([&] { return received(2) == 100; }));
  EXPECT_EQ(received(1), 0u);
  recover(1);
  expect_complete();
}

TEST_F(RecordDeferralTest, WithoutAnyShardTheSourceStops) {
  for (ShardId shard = 0; shard < kShards; ++shard) fail(shard);
  append_all(100);
  settle();
  EXPECT_EQ(ingest_->in_flight(), kInFlight);
  EXPECT_EQ(stats_.records_deferred, 0u);
  for (ShardId shard = 0; shard < kShards; ++shard) recover(shard);
  expect_complete();
}

TEST_F(RecordDeferralTest, LaterRecordsOfAUserWhoMovesDoNotOvertake) {
  fail(1);
  append_all(100);
  ASSERT_TRUE(run_until([&] { return received(0) == 100; }));
  bus_->move_user(users_[1], 0);
  run_until([&] { return listener_.moved[users_[1]] == 1; });
  append_all(3);  // the first of them makes the source read the deferred ones again
  expect_complete();
}

TEST_F(RecordDeferralTest, AShardThatDisappearsIsNotAwaited) {
  fail(1);
  append_all(100);
  ASSERT_TRUE(run_until([&] { return received(0) == 100; }));
  bus_->move_user(users_[1], 2);
  run_until([&] { return listener_.moved[users_[1]] == 1; });
  observers_.on_bus_state(1, BusState::kGone);
  expect_complete();
}

TEST_F(RecordDeferralTest, AShardThatFailsAgainAndAgainLosesNothing) {
  for (int i = 0; i < 5; ++i) {
    fail(1);
    append_all(30);
    ASSERT_TRUE(run_until([&] { return received(0) == static_cast<size_t>(30 * (i + 1)); }));
    recover(1);
  }
  expect_complete();
}

TEST_F(RecordDeferralTest, WhatIsDeferredIsReadByTheNextSource) {
  fail(1);
  append_all(100);
  ASSERT_TRUE(run_until([&] { return received(0) == 100 && received(2) == 100; }));
  bool left = false;
  source_->leave(0, [&] { left = true; });
  run_until([&] { return left; });
  // The offset has not passed the first record of the unavailable shard.
  EXPECT_GE(topics_.records(), 100u);
}

// More users than RecordDeferral remembers: all later records of the partition are deferred.
class ManyUsersDeferralTest : public ::testing::Test {
 protected:
  class CountingSource final : public Source {
   public:
    Result<void> start(SourceListener& /*listener*/) override { return {}; }
    void done(const Position& /*position*/) override {}
    void dead_letter(const Position& /*position*/, const DeadReason& /*why*/,
                     const RecordHold& /*hold*/) override {}
    void defer(const Position& /*position*/) override { ++deferred; }
    void read_deferred() override { ++read; }
    void resume() override {}
    SourceStatus status() const override { return {}; }
    void leave(uint64_t /*patience_ms*/, Closed left) override { left(); }
    void close(Closed closed) override { closed(); }
    size_t deferred = 0;
    size_t read = 0;
  };

  CountingSource source_;
  RecordDeferral deferral_{source_, {.records_max = 1, .bytes_max = 1000}};
};

TEST_F(ManyUsersDeferralTest, MemoryIsBounded) {
  deferral_.on_bus_state(0, BusState::kUp);
  deferral_.on_bus_state(1, BusState::kDown);
  EXPECT_FALSE(deferral_.defer({0, 0, 0, 1}, "first", 1));
  deferral_.on_opened(1, 10);
  constexpr size_t kMany = 70'000;
  for (size_t i = 1; i <= kMany; ++i) {
    ASSERT_TRUE(deferral_.defer({0, 0, static_cast<int64_t>(i), 1}, std::to_string(i), 1));
  }
  EXPECT_TRUE(deferral_.defer({0, 0, kMany + 1, 1}, "of another shard", 0));
  EXPECT_FALSE(deferral_.defer({0, 1, 0, 2}, "of another partition", 0));
  EXPECT_EQ(source_.read, 1u);  // the shard of the deferred record is up
  deferral_.on_revoked(0, 0, 1);
  EXPECT_FALSE(deferral_.defer({0, 0, 0, 3}, "of another shard", 0));
  EXPECT_EQ(source_.deferred, kMany + 1);
}

TEST_F(ManyUsersDeferralTest, BytesCountToo) {
  deferral_.on_bus_state(0, BusState::kUp);
  RecordDeferral roomy{source_, {.records_max = 100, .bytes_max = 1000}};
  roomy.on_bus_state(0, BusState::kUp);
  roomy.on_opened(1, 999);
  EXPECT_FALSE(roomy.defer({0, 0, 1, 1}, "a", 1));
  roomy.on_opened(1, 1);
  EXPECT_TRUE(roomy.defer({0, 0, 2, 1}, "a", 1));
  roomy.on_answered(1, 999);
  EXPECT_TRUE(roomy.defer({0, 0, 3, 1}, "a", 1)) << "it would overtake the deferred one";
  EXPECT_FALSE(roomy.defer({0, 0, 4, 1}, "b", 1));
}

// The end of an epoch that is not the current one changes nothing.
TEST_F(ManyUsersDeferralTest, AnEarlierEpochDoesNotCount) {
  deferral_.on_bus_state(0, BusState::kUp);
  deferral_.on_opened(1, 10);
  EXPECT_TRUE(deferral_.defer({0, 0, 1, 5}, "a", 1));
  deferral_.on_revoked(0, 0, 4);
  deferral_.on_answered(1, 10);
  EXPECT_TRUE(deferral_.defer({0, 0, 2, 5}, "a", 1));
  deferral_.on_bus_state(1, BusState::kUp);
  EXPECT_EQ(source_.read, 1u);
  deferral_.on_revoked(0, 0, 5);
  EXPECT_FALSE(deferral_.defer({0, 0, 1, 6}, "a", 1));
}

}  // namespace
}  // namespace hermod
