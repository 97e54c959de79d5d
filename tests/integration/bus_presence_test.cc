// Presence events of processes on one Redis: what only Redis shows.

#include <string>

#include "integration/lease_fixture.h"
#include "redis_topology/key_slot.h"
#include "support/recording_presence.h"
#include "support/redis_cluster.h"
#include "support/redis_server.h"

namespace hermod {
namespace {

constexpr int kGraceMs = 300;
constexpr int kLongMs = 60'000;

class BusPresenceTest : public test::LeaseTest {
 protected:
  void open_with(const std::string& url, size_t count, int grace_ms) {
    events_.resize(count);
    for (size_t i = 0; i < count; ++i) {
      test::Process& made = add(url, static_cast<uint64_t>(grace_ms));
      made.bus.report_presence(&events_[i]);
      made.start();
    }
    until_up();
  }
  std::string states(const std::string& user) const {
    std::string all;
    for (const auto& one : events_) all += one.states(user);
    return all;
  }

  std::vector<test::RecordingPresence> events_;
};

class BusPresenceRedisTest : public BusPresenceTest {
 protected:
  void open(size_t count, int grace_ms) { open_with(server_.url(), count, grace_ms); }
  std::string event(const std::string& user) {
    return server_.command({"HGET", key(user), ":event"});
  }

  test::RedisServer server_;
};

TEST_F(BusPresenceRedisTest, WithoutAListenerRedisDoesWhatItDidBefore) {
  LeaseTest::open(server_.url(), 1);
  process(0).connect("ann");
  until_decided();
  EXPECT_EQ(server_.command({"HGETALL", key("ann")}), "process-0\n1");
  process(0).disconnect_all();
  ASSERT_TRUE(until([&] { return server_.command({"EXISTS", key("ann")}) == "0"; }));
}

TEST_F(BusPresenceRedisTest, TheKeyHasTheStateTheTimeAndTheAnnouncer) {
  open(1, kGraceMs);
  process(0).connect("ann");
  ASSERT_TRUE(until([&] { return states("ann") == "+"; }));
  const test::KeptPresence online = events_[0].of("ann")[0];
  EXPECT_EQ(event("ann"), "online " + std::to_string(online.at_ms) + " 0 process-0");
  process(0).bus.settle_presence(online.event(), PresenceOutcome::kWritten);
  EXPECT_TRUE(
      until([&] { return event("ann") == "online " + std::to_string(online.at_ms) + " 0 "; }));
  process(0).disconnect_all();
  ASSERT_TRUE(until([&] { return states("ann") == "+-"; }));
  const test::KeptPresence offline = events_[0].of("ann")[1];
  EXPECT_EQ(event("ann"), "offline " + std::to_string(offline.at_ms) + " 0 process-0");
  process(0).bus.settle_presence(offline.event(), PresenceOutcome::kFailed);
  EXPECT_TRUE(
      until([&] { return event("ann") == "offline " + std::to_string(offline.at_ms) + " 0 -"; }));
  const int life_s = std::stoi(server_.command({"TTL", key("ann")}));
  EXPECT_GT(life_s, 86'390);
}

TEST_F(BusPresenceRedisTest, ALostReplyLosesNoEvent) {
  open(1, kLongMs);
  process(0).connect("ann");
  ASSERT_TRUE(until([&] { return states("ann") == "+"; }));
  server_.command(
      {"CLIENT", "KILL", "TYPE", "normal"});  // the event is open: its reply may be lost
  ASSERT_TRUE(until([&] { return states("ann") == "++"; }));
  EXPECT_EQ(events_[0].of("ann")[0].at_ms, events_[0].of("ann")[1].at_ms);
}

TEST_F(BusPresenceRedisTest, ScriptsThatRedisForgotAreLoadedAgain) {
  open(1, kGraceMs);
  process(0).connect("ann");
  ASSERT_TRUE(until([&] { return states("ann") == "+"; }));
  process(0).disconnect_all();
  server_.command({"SCRIPT", "FLUSH"});
  EXPECT_TRUE(until([&] { return states("ann") == "+-"; }));
}

TEST_F(BusPresenceRedisTest, AnErrorIsTriedAgain) {
  open(1, kGraceMs);
  process(0).connect("ann");
  ASSERT_TRUE(until([&] { return states("ann") == "+"; }));
  process(0).disconnect_all();
  ASSERT_TRUE(until([&] { return event("ann").find(" 0 ") == std::string::npos; }));
  server_.command({"DEL", key("ann")});
  server_.command({"SET", key("ann"), "a string"});
  ASSERT_TRUE(until([&] { return log_.has("presence; it is tried again"); }));
  server_.command({"DEL", key("ann")});
  EXPECT_TRUE(until([&] { return states("ann") == "+-"; }));
}

TEST_F(BusPresenceRedisTest, TheSweepOfAStoppedProcessTakesOverItsUsers) {
  open(2, kGraceMs);
  process(1).connect("ann");
  process(1).connect("bob");
  ASSERT_TRUE(until([&] { return states("ann") == "+" && states("bob") == "+"; }));
  for (const auto& one : events_[1].events) {
    process(1).bus.settle_presence(one.event(), PresenceOutcome::kWritten);
  }
  process(1).disconnect_all();
  bool closed = false;
  process(1).bus.close([&] { closed = true; });
  ASSERT_TRUE(until([&] { return closed; }));
  processes_.pop_back();
  process(0).connect("bob");
  until_decided();
  process(0).bus.sweep("process-1");
  ASSERT_TRUE(until([&] { return events_[0].states("ann") == "-"; }));
  EXPECT_EQ(states("bob"), "+");
  EXPECT_EQ(states("ann"), "-+");
}

class BusPresenceClusterTest : public BusPresenceTest {
 protected:
  test::RedisCluster cluster_;
};

TEST_F(BusPresenceClusterTest, FollowsAUserToAnotherShard) {
  open_with(cluster_.url(), 2, 2000);
  ASSERT_TRUE(until([&] { return process(0).bus.status().shards.size() == 3; }));
  process(0).connect("ann");
  ASSERT_TRUE(until([&] { return states("ann") == "+"; }));
  process(0).bus.settle_presence(events_[0].of("ann")[0].event(), PresenceOutcome::kWritten);
  process(0).disconnect_all();
  const auto due = [&] {
    return cluster_.master_of_key(key("ann")).command({"HGET", key("ann"), ":event"});
  };
  ASSERT_TRUE(until([&] { return due().find(" 0 ") == std::string::npos; }));
  const uint16_t slot = test::RedisCluster::slot_of(key("ann"));
  test::RedisServer& from = cluster_.master_of_slot(slot);
  test::RedisServer& to = cluster_.master_of_slot((slot + 6'000) % kSlotCount);
  cluster_.move_slots(from, to, slot, slot);
  ASSERT_TRUE(until([&] { return states("ann") == "+-"; }));
}

}  // namespace
}  // namespace hermod
