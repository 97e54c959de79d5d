// The notices about the bus are sent to many connections in portions, and each connection receives
// the right ones.
#include <gtest/gtest.h>

#include "unit/core/session_fixture.h"

namespace hermod {
namespace {

using test::TestPeer;

class HubNoticesTest : public test::SessionFixture {
 protected:
  static constexpr size_t kCrowd = 2000;

  void join_crowd() {
    for (size_t i = 0; i < kCrowd; ++i) join("user " + std::to_string(i));
  }

  size_t woken() {
    size_t count = 0;
    for (auto& peer : peers) count += std::exchange(peer->woken, false) ? 1 : 0;
    return count;
  }

  // The types of the notices that are ready for a connection.
  std::string heard(TestPeer& peer) {
    const std::string sent = take(peer);
    std::string types;
    for (size_t at = 0; (at = sent.find("service_", at)) != std::string::npos;) {
      const size_t end = sent.find('"', at);
      types += sent.substr(at + 8, end - at - 8) + ' ';
      at = end;
    }
    return types;
  }
};

TEST_F(HubNoticesTest, ACrowdIsToldInPartsAndEachOnce) {
  join_crowd();
  woken();
  size_t told = 0;
  size_t parts = 0;
  for (bool more = hub.announcer().announce_degraded(0);; more = hub.announcer().announce_some()) {
    const size_t now = woken();
    EXPECT_LT(now, 300u);
    told += now;
    ++parts;
    if (!more) break;
  }
  EXPECT_EQ(told, kCrowd);
  EXPECT_GT(parts, 5u);
  EXPECT_FALSE(hub.announcer().announce_degraded(0));
  EXPECT_FALSE(hub.announcer().announce_some());
  for (auto& peer : peers) EXPECT_EQ(heard(*peer), "degraded ");
}

TEST_F(HubNoticesTest, NobodyHearsOfTheEndOfAnOutageThatHeDidNotHearOf) {
  join_crowd();
  ASSERT_TRUE(hub.announcer().announce_degraded(0));
  ASSERT_TRUE(hub.announcer().announce_some());
  while (hub.announcer().announce_restored(0) || hub.announcer().announce_some()) {
  }
  size_t neither = 0;
  for (auto& peer : peers) {
    const std::string types = heard(*peer);
    EXPECT_TRUE(types.empty() || types == "degraded restored ") << types;
    neither += types.empty() ? 1 : 0;
  }
  EXPECT_GT(neither, kCrowd / 2);
  EXPECT_LT(neither, kCrowd - 100);
}

TEST_F(HubNoticesTest, AnOutageThatComesBackMeanwhileIsNotSaidTwice) {
  join_crowd();
  while (hub.announcer().announce_degraded(0) || hub.announcer().announce_some()) {
  }
  ASSERT_TRUE(hub.announcer().announce_restored(0));
  while (hub.announcer().announce_degraded(0) || hub.announcer().announce_some()) {
  }
  for (auto& peer : peers) {
    const std::string types = heard(*peer);
    EXPECT_TRUE(types == "degraded " || types == "degraded restored degraded ") << types;
  }
}

TEST_F(HubNoticesTest, ThoseThatComeAndGoMeanwhileDisturbNobody) {
  join_crowd();
  ASSERT_TRUE(hub.announcer().announce_degraded(0));
  size_t came = 0;
  do {
    for (size_t i = 0; i < 10; ++i) join("late " + std::to_string(came++));
    hub.leave(peers[came]->session);
  } while (hub.announcer().announce_some());
  for (auto& peer : peers) {
    if (peer->session.state() == Session::State::kEnded) continue;
    EXPECT_EQ(heard(*peer), "degraded ");
  }
}

TEST_F(HubNoticesTest, AllConnectionsOfAUserShareOneMessage) {
  TestPeer& first = join("a");
  TestPeer& second = join("a");
  EXPECT_FALSE(hub.announcer().announce_degraded(0));
  EXPECT_EQ(take(first), take(second));
}

// The users of several shards.
class HubShardNoticesTest : public HubNoticesTest {
 protected:
  TestPeer& live_at(const std::string& user, ShardId shard) {
    bus.shards[user] = shard;
    return live(user);
  }

  void announce(bool more) {
    while (more) more = hub.announcer().announce_some();
  }

  void move(const std::string& user, ShardId to) {
    bus.shards[user] = to;
    hub.on_user_moved(user);
  }
};

TEST_F(HubShardNoticesTest, OnlyTheUsersOfTheShardAreTold) {
  TestPeer& a = live_at("a", 0);
  TestPeer& b = live_at("b", 1);
  announce(hub.announcer().announce_degraded(1));
  TestPeer& late = join("b");
  TestPeer& other = join("a");
  EXPECT_EQ(heard(a), "");
  EXPECT_EQ(heard(b), "degraded ");
  EXPECT_EQ(heard(late), "degraded ");
  EXPECT_EQ(heard(other), "");
  announce(hub.announcer().announce_restored(1));
  EXPECT_EQ(heard(a), "");
  EXPECT_EQ(heard(b), "restored ");
  EXPECT_EQ(heard(late), "restored ");
}

TEST_F(HubShardNoticesTest, AShardThatFailsDuringAPassIsNotForgotten) {
  for (size_t i = 0; i < kCrowd; ++i) bus.shards["user " + std::to_string(i)] = i % 3;
  join_crowd();
  ASSERT_TRUE(hub.announcer().announce_degraded(0));
  ASSERT_TRUE(hub.announcer().announce_some());
  woken();
  EXPECT_TRUE(hub.announcer().announce_degraded(2));
  EXPECT_EQ(woken(), 0u);  // the pass continues in a later loop iteration
  bool more = true;
  while (more) {
    more = hub.announcer().announce_some();
    EXPECT_LT(woken(), 300u);
  }
  for (size_t i = 0; i < kCrowd; ++i) EXPECT_EQ(heard(*peers[i]), i % 3 == 1 ? "" : "degraded ");
}

TEST_F(HubShardNoticesTest, AUserWhoMovesToAWorkingShardIsToldWhenSubscribedThere) {
  TestPeer& a = live_at("a", 1);
  TestPeer& stays = live_at("b", 1);
  announce(hub.announcer().announce_degraded(1));
  EXPECT_EQ(heard(a), "degraded ");
  EXPECT_EQ(heard(stays), "degraded ");
  move("a", 0);
  announce(hub.announcer().announce_degraded(2));  // a pass over all users
  EXPECT_EQ(heard(a), "");
  hub.on_subscribed("a");
  EXPECT_EQ(heard(a), "restored ");
  EXPECT_EQ(heard(stays), "");
}

TEST_F(HubShardNoticesTest, AUserWhoMovesToAFailedShardIsToldAtOnce) {
  TestPeer& a = live_at("a", 0);
  announce(hub.announcer().announce_degraded(1));
  EXPECT_EQ(heard(a), "");
  move("a", 1);
  EXPECT_EQ(heard(a), "degraded ");
  announce(hub.announcer().announce_restored(1));
  EXPECT_EQ(heard(a), "");
  hub.on_subscribed("a");
  EXPECT_EQ(heard(a), "restored ");
}

TEST_F(HubShardNoticesTest, AUserWhoMovesBetweenFailedShardsHearsItOnce) {
  TestPeer& a = live_at("a", 1);
  announce(hub.announcer().announce_degraded(1));
  announce(hub.announcer().announce_degraded(2));
  move("a", 2);
  EXPECT_EQ(heard(a), "degraded ");
  hub.on_bus_state(1, BusState::kGone, {});
  EXPECT_EQ(heard(a), "");
  move("a", 0);
  hub.on_subscribed("a");
  EXPECT_EQ(heard(a), "restored ");
}

TEST_F(HubShardNoticesTest, AUserWhoMovesBetweenWorkingShardsHearsNothing) {
  TestPeer& a = live_at("a", 0);
  move("a", 1);
  hub.on_subscribed("a");
  hub.on_user_moved("nobody");
  EXPECT_EQ(heard(a), "");
}

TEST_F(HubShardNoticesTest, LostDataConcernsOnlyTheUsersOfTheShard) {
  live_at("a", 0);
  live_at("b", 1);
  text("a", 1, "n1");
  text("b", 1, "n1");
  hub.on_memory_lost(1, OldStreamIds::kVoid);
  EXPECT_TRUE(peers[0]->session.newest());
  EXPECT_FALSE(peers[1]->session.newest());
}

}  // namespace
}  // namespace hermod
