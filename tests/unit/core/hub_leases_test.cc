// The limit of a user's connections over all processes, as the hub applies the answers of the bus.

#include <gmock/gmock.h>

#include <utility>

#include "unit/core/session_fixture.h"

namespace hermod {
namespace {

using test::TestPeer;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class HubLeasesTest : public test::SessionFixture, public QuotaListener {
 protected:
  void SetUp() override {
    bus.grants = false;
    change([](HubOptions& options) { options.sessions_per_user_max = 5; });
  }
  void on_over_quota(std::string_view user) override { over_quota.emplace_back(user); }
  void leave(TestPeer& peer) { hub.leave(peer.session); }
  std::vector<std::string> leases() { return std::exchange(bus.leases, {}); }

  std::vector<std::string> over_quota;
};

TEST_F(HubLeasesTest, ASessionSendsNothingBeforeItsLease) {
  TestPeer& peer = join("ann");
  EXPECT_THAT(leases(), ElementsAre("ann 1 0 5"));
  hub.on_subscribed("ann");
  text("ann", 0, "external");
  EXPECT_THAT(bus.asked, IsEmpty());
  EXPECT_EQ(take(peer), "");
  EXPECT_EQ(peer.admitted, 0);
  EXPECT_EQ(stats.leases, 0u);
  hub.on_lease("ann", 1);
  EXPECT_EQ(peer.admitted, 1);
  EXPECT_EQ(stats.leases, 1u);
  ASSERT_EQ(bus.asked.size(), 1u);
  bus.answer({});
  EXPECT_EQ(take(peer), "external");
}

TEST_F(HubLeasesTest, TheConfirmationMayFollowTheLease) {
  TestPeer& peer = join("ann");
  hub.on_lease("ann", 1);
  EXPECT_EQ(peer.admitted, 1);
  EXPECT_THAT(bus.asked, IsEmpty());
  hub.on_subscribed("ann");
  EXPECT_EQ(bus.asked.size(), 1u);
}

TEST_F(HubLeasesTest, ABusThatGrantsAtOnceAdmitsInsideTheCall) {
  bus.grants = true;
  EXPECT_EQ(join("ann").admitted, 1);
  EXPECT_EQ(join("ann").admitted, 1);
  EXPECT_THAT(leases(), ElementsAre("ann 1 0 5", "ann 2 1 5"));
}

TEST_F(HubLeasesTest, TheOldestSessionsAreAdmitted) {
  hub.leases().set_listener(this);
  TestPeer& first = join("ann");
  TestPeer& second = join("ann");
  TestPeer& third = join("ann");
  hub.on_lease("ann", 2);
  EXPECT_EQ(first.admitted + second.admitted, 2);
  EXPECT_EQ(third.admitted, 0);
  EXPECT_EQ(third.closed, 0);
  EXPECT_THAT(over_quota, ElementsAre("ann"));
  leases();
  hub.ask_lease("ann");
  EXPECT_THAT(leases(), ElementsAre("ann 3 2 5"));
  hub.on_lease("ann", 3);
  EXPECT_EQ(third.admitted, 1);
}

TEST_F(HubLeasesTest, ASessionThatEndsAdmitsTheOneThatWaits) {
  hub.leases().set_listener(this);
  TestPeer& first = join("ann");
  TestPeer& second = join("ann");
  hub.on_lease("ann", 1);
  leases();
  leave(first);
  EXPECT_EQ(second.admitted, 1);
  EXPECT_THAT(leases(), ElementsAre("ann 1 1 5"));
  leave(second);
  EXPECT_THAT(leases(), ElementsAre("ann 0 0 5"));
  EXPECT_EQ(stats.leases, 0u);
  hub.on_lease("ann", 1);  // a late answer
}

TEST_F(HubLeasesTest, OneThatWaitsMayEnd) {
  hub.leases().set_listener(this);
  TestPeer& first = join("ann");
  TestPeer& second = join("ann");
  TestPeer& third = join("ann");
  hub.on_lease("ann", 1);
  leave(second);
  EXPECT_EQ(first.admitted, 1);
  EXPECT_EQ(third.admitted, 0);
  hub.on_lease("ann", 2);
  EXPECT_EQ(third.admitted, 1);
}

TEST_F(HubLeasesTest, WithoutAListenerOneThatIsNotGrantedIsClosed) {
  TestPeer& first = join("ann");
  TestPeer& second = join("ann");
  hub.on_lease("ann", 1);
  EXPECT_EQ(first.closed, 0);
  EXPECT_EQ(second.closed, 4000);
  EXPECT_EQ(second.admitted, 0);
}

TEST_F(HubLeasesTest, LostLeasesCloseTheNewestSessions) {
  bus.grants = true;
  TestPeer& first = join("ann");
  TestPeer& second = join("ann");
  TestPeer& third = join("ann");
  hub.on_lease("ann", 1);
  EXPECT_EQ(first.closed, 0);
  EXPECT_EQ(second.closed, 4000);
  EXPECT_EQ(third.closed, 4000);
  leases();
  leave(third);
  leave(second);
  EXPECT_EQ(leases().back(), "ann 1 1 5");
}

TEST_F(HubLeasesTest, ARestoredSubscriptionWritesTheLeaseAgain) {
  join("ann");
  hub.on_lease("ann", 1);
  hub.on_subscribed("ann");
  leases();
  hub.on_subscribed("ann");
  EXPECT_THAT(leases(), ElementsAre("ann 1 1 5"));
  hub.on_lease_lost("ann");
  hub.on_lease_lost("unknown");
  EXPECT_THAT(leases(), ElementsAre("ann 1 1 5"));
}

}  // namespace
}  // namespace hermod
