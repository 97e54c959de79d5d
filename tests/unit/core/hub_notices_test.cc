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
  for (bool more = hub.announcer().announce_degraded();; more = hub.announcer().announce_some()) {
    const size_t now = woken();
    EXPECT_LT(now, 300u);
    told += now;
    ++parts;
    if (!more) break;
  }
  EXPECT_EQ(told, kCrowd);
  EXPECT_GT(parts, 5u);
  EXPECT_FALSE(hub.announcer().announce_degraded());
  EXPECT_FALSE(hub.announcer().announce_some());
  for (auto& peer : peers) EXPECT_EQ(heard(*peer), "degraded ");
}

TEST_F(HubNoticesTest, NobodyHearsOfTheEndOfAnOutageThatHeDidNotHearOf) {
  join_crowd();
  ASSERT_TRUE(hub.announcer().announce_degraded());
  ASSERT_TRUE(hub.announcer().announce_some());
  while (hub.announcer().announce_restored() || hub.announcer().announce_some()) {
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
  while (hub.announcer().announce_degraded() || hub.announcer().announce_some()) {
  }
  ASSERT_TRUE(hub.announcer().announce_restored());
  while (hub.announcer().announce_degraded() || hub.announcer().announce_some()) {
  }
  for (auto& peer : peers) {
    const std::string types = heard(*peer);
    EXPECT_TRUE(types == "degraded " || types == "degraded restored degraded ") << types;
  }
}

TEST_F(HubNoticesTest, ThoseThatComeAndGoMeanwhileDisturbNobody) {
  join_crowd();
  ASSERT_TRUE(hub.announcer().announce_degraded());
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
  EXPECT_FALSE(hub.announcer().announce_degraded());
  EXPECT_EQ(take(first), take(second));
}

}  // namespace
}  // namespace hermod
