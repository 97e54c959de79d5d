#include "server/outage_notifier.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bus/memory_bus.h"
#include "support/fake_clock.h"
#include "support/loop_test.h"
#include "support/recording_bus_listener.h"
#include "support/recording_log.h"
#include "unit/core/session_fixture.h"

namespace hermod {
namespace {

constexpr ShardId kShards = 3;

// A hub on a bus with three shards, and one connection of a user of each.
class OutageNotifierTest : public test::LoopTest {
 protected:
  void SetUp() override {
    observers_.add(*notifier_, Observers::Scope::kRare);
    users_.resize(kShards);
    for (int i = 0; peers_.size() < kShards; ++i) {
      const std::string user = "user-" + std::to_string(i);
      if (!users_[bus_->shard_of(user)].empty()) continue;
      users_[bus_->shard_of(user)] = user;
      peers_.push_back(nullptr);
    }
    for (ShardId shard = 0; shard < kShards; ++shard) {
      peers_[shard] = std::make_unique<test::TestPeer>(*hub_);
      ASSERT_TRUE(hub_->join(peers_[shard]->session, users_[shard]));
    }
    notifier_->start();
    ASSERT_TRUE(bus_->start(*hub_, publications_));
  }

  void TearDown() override {
    notifier_->stop();
    for (auto& peer : peers_) hub_->leave(peer->session);
    bool closed = false;
    bus_->close([&] { closed = true; });
    run_until([&] { return closed; });
    peers_.clear();
    notifier_.reset();
    hub_.reset();
    bus_.reset();
    LoopTest::TearDown();
  }

  void advance(int64_t ms) {
    clock_.advance(ms);
    notifier_->on_time_moved();
    settle();
  }

  // The types of the notices that a user's connection received since the last call.
  std::string heard(ShardId of_shard) {
    std::string sent, types;
    peers_[of_shard]->session.gather({clock_.wall_ms(), clock_.steady_ms()}, sent, 65536);
    for (size_t at = 0; (at = sent.find("service_", at)) != std::string::npos;) {
      const size_t end = sent.find('"', at);
      types += sent.substr(at + 8, end - at - 8) + ' ';
      at = end;
    }
    return types;
  }

  void fail(ShardId shard) {
    bus_->go_down(shard, "a test");
    settle();
  }
  void recover(ShardId shard) {
    bus_->come_up(shard);
    settle();
  }

  test::FakeClock clock_;
  test::RecordingLog log_;
  Stats stats_;
  Observers observers_;
  test::RecordingBusListener publications_;
  std::optional<MemoryBus> bus_{std::in_place, loop(), clock_, log_,
                                MemoryBusOptions{.shards = kShards}};
  std::optional<Hub> hub_{std::in_place, *bus_,
                          CoreContext{clock_, log_, stats_, observers_, nullptr}, HubOptions{}};
  std::optional<OutageNotifier> notifier_{std::in_place, loop(), clock_, *hub_};
  std::vector<std::string> users_;  // by shard
  std::vector<std::unique_ptr<test::TestPeer>> peers_;
};

TEST_F(OutageNotifierTest, OnlyTheUsersOfTheShardAreNotifiedAndAfterTwoSeconds) {
  settle();
  advance(5000);
  fail(1);
  advance(1999);
  EXPECT_EQ(heard(1), "");
  advance(1);
  EXPECT_EQ(heard(0), "");
  EXPECT_EQ(heard(1), "degraded ");
  EXPECT_EQ(heard(2), "");
  advance(10'000);
  recover(1);
  EXPECT_EQ(heard(0), "");
  EXPECT_EQ(heard(1), "restored ");
  EXPECT_EQ(heard(2), "");
}

TEST_F(OutageNotifierTest, EachShardHasItsOwnTwoSeconds) {
  settle();
  advance(5000);
  fail(0);
  advance(1500);
  fail(2);
  advance(500);
  EXPECT_EQ(heard(0), "degraded ");
  EXPECT_EQ(heard(2), "");
  advance(1500);
  EXPECT_EQ(heard(2), "degraded ");
  EXPECT_EQ(heard(1), "");
}

TEST_F(OutageNotifierTest, AShortInterruptionOfOneShardIsNotAnnounced) {
  settle();
  advance(5000);
  fail(0);
  advance(1000);
  fail(1);
  recover(0);
  advance(1000);
  EXPECT_EQ(heard(0), "");
  EXPECT_EQ(heard(1), "");
  recover(1);
  advance(2000);
  EXPECT_EQ(heard(0) + heard(1) + heard(2), "");
}

TEST_F(OutageNotifierTest, TheTimerAnnouncesWithoutAMoveOfTheClock) {
  settle();
  advance(5000);
  fail(1);
  clock_.advance(2000);
  run_until([&] { return heard(1) == "degraded "; });
}

TEST_F(OutageNotifierTest, ShardsThatNeverAnswerCountAsDownFromTheStart) {
  bus_->go_down(2, "not reachable");  // before the bus has reported anything
  settle();
  advance(2000);
  EXPECT_EQ(heard(0), "");
  EXPECT_EQ(heard(1), "");
  EXPECT_EQ(heard(2), "degraded ");
  recover(2);
  EXPECT_EQ(heard(2), "restored ");
}

TEST_F(OutageNotifierTest, AUserWhoMovesAwayIsNotifiedOfTheEnd) {
  settle();
  advance(5000);
  fail(1);
  advance(2000);
  EXPECT_EQ(heard(1), "degraded ");
  bus_->move_user(users_[1], 0);
  settle();
  EXPECT_EQ(heard(1), "restored ");
  recover(1);
  EXPECT_EQ(heard(1), "");
}

TEST_F(OutageNotifierTest, AShardThatDisappearsIsNotAwaited) {
  settle();
  advance(5000);
  hub_->on_bus_state(7, BusState::kDown, "a test");
  hub_->on_bus_state(7, BusState::kGone, {});
  advance(2000);
  EXPECT_EQ(heard(0) + heard(1) + heard(2), "");
}

}  // namespace
}  // namespace hermod
