#include "redis_subscribe/subscription_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace hermod {
namespace {

class SubscriptionSetTest : public ::testing::Test {
 protected:
  // The commands of the next flush: "+ann" subscribes, "-ann" unsubscribes.
  std::vector<std::string> flush() {
    std::vector<std::string> commands;
    set_.collect();
    for (const auto* user : set_.leaving()) commands.push_back("-" + std::string(user->name()));
    for (const auto* user : set_.joining()) commands.push_back("+" + std::string(user->name()));
    set_.sent();
    return commands;
  }

  void lose_connection() {
    set_.close();
    while (set_.forget_some()) {
    }
  }

  using Names = std::vector<std::string>;
  Names announced_;
  SubscriptionSet set_{[this](std::string_view user) { announced_.emplace_back(user); }};
};

TEST_F(SubscriptionSetTest, AUserIsAnnouncedWhenTheSubscriptionIsConfirmed) {
  set_.open();
  set_.add("ann");
  EXPECT_EQ(flush(), Names{"+ann"});
  EXPECT_EQ(set_.unconfirmed(), 1u);
  EXPECT_TRUE(announced_.empty());
  set_.confirm("ann");
  EXPECT_EQ(announced_, Names{"ann"});
  EXPECT_EQ(set_.unconfirmed(), 0u);
  EXPECT_FALSE(set_.more());
}

TEST_F(SubscriptionSetTest, NoCommandIsSentUntilTheLastOneIsConfirmed) {
  set_.open();
  set_.add("ann");
  flush();
  set_.remove("ann");
  EXPECT_EQ(flush(), Names{});
  set_.confirm("ann");
  EXPECT_TRUE(announced_.empty());
  EXPECT_EQ(flush(), Names{"-ann"});
  EXPECT_EQ(set_.size(), 0u);
}

TEST_F(SubscriptionSetTest, AUserThatReturnsBeforeTheFlushNeedsNoCommand) {
  set_.open();
  set_.add("ann");
  flush();
  set_.confirm("ann");
  set_.remove("ann");
  set_.add("ann");
  EXPECT_EQ(flush(), Names{});
  EXPECT_EQ(announced_, (Names{"ann", "ann"}));
}

TEST_F(SubscriptionSetTest, AllWantedUsersAreSubscribedOnTheNextConnection) {
  set_.open();
  set_.add("ann");
  set_.add("bob");
  flush();
  set_.confirm("ann");
  lose_connection();
  set_.remove("bob");
  set_.add("eve");
  EXPECT_FALSE(set_.more());
  set_.open();
  Names commands = flush();
  std::sort(commands.begin(), commands.end());
  EXPECT_EQ(commands, (Names{"+ann", "+eve"}));
}

TEST_F(SubscriptionSetTest, AnnouncesConfirmedUsersOnRequest) {
  set_.open();
  set_.add("ann");
  flush();
  set_.confirm("ann");
  set_.announce_all();
  EXPECT_TRUE(set_.more());
  EXPECT_EQ(flush(), Names{});
  EXPECT_EQ(announced_, (Names{"ann", "ann"}));
}

TEST_F(SubscriptionSetTest, AnAnnouncementMayCloseTheSet) {
  SubscriptionSet set{[&set](std::string_view) { set.close(); }};
  set.open();
  set.add("ann");
  set.collect();
  set.sent();
  set.confirm("ann");
  EXPECT_TRUE(set.forgetting());
  EXPECT_FALSE(set.more());
}

TEST_F(SubscriptionSetTest, ReleasesTheWantedUsersThatLeave) {
  set_.open();
  set_.add("ann");
  set_.add("bob");
  set_.add("cid");
  flush();
  for (const char* user : {"ann", "bob", "cid"}) set_.confirm(user);
  set_.remove("cid");
  EXPECT_EQ(set_.release([](std::string_view user) { return user != "bob"; }), Names{"ann"});
  EXPECT_EQ(set_.size(), 1u);
  EXPECT_EQ(flush().size(), 2u);  // both are unsubscribed
  EXPECT_FALSE(set_.wants("ann"));
}

TEST_F(SubscriptionSetTest, ALostSubscriptionIsSentAndAnnouncedAgain) {
  set_.open();
  set_.add("ann");
  set_.add("bob");
  flush();
  set_.confirm("ann");
  announced_.clear();
  const auto everybody = [](const UserSubscription&) { return true; };
  EXPECT_TRUE(set_.lose(everybody));
  EXPECT_EQ(set_.unconfirmed(), 0u);
  EXPECT_FALSE(set_.lose(everybody));
  EXPECT_EQ(flush(), Names{});
  set_.select_all();
  EXPECT_EQ(flush().size(), 2u);
  set_.confirm("ann");
  set_.confirm("bob");
  EXPECT_EQ(announced_, (Names{"ann", "bob"}));
}

TEST_F(SubscriptionSetTest, AUserThatIsLostAndNotWantedNeedsNoCommand) {
  set_.open();
  set_.add("ann");
  flush();
  set_.confirm("ann");
  set_.remove("ann");
  EXPECT_TRUE(set_.lose_confirmed("ann"));
  EXPECT_EQ(flush(), Names{});
  EXPECT_FALSE(set_.more());
}

}  // namespace
}  // namespace hermod
