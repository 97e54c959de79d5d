// The limit of a user's connections over several processes: hubs on one Redis.

#include <string>

#include "integration/lease_fixture.h"
#include "support/redis_server.h"

namespace hermod {
namespace {

class DeadOnes final : public ProcessLiveness {
 public:
  bool is_dead(std::string_view process) const override { return process.starts_with("dead"); }
};

class BusLeaseTest : public test::LeaseTest {
 protected:
  void open(size_t count) { LeaseTest::open(server_.url(), count); }
  std::string stored(const std::string& user, size_t number) {
    return server_.command({"HGET", key(user), "process-" + std::to_string(number)});
  }
  size_t users_with_leases() { return server_.elements({"KEYS", key("*")}).size(); }
  bool until_stored(const std::string& user, size_t number, const std::string& connections) {
    return until([&] { return stored(user, number) == connections; });
  }

  test::RedisServer server_;
};

TEST_F(BusLeaseTest, OfTwentyTabsOverTwoProcessesFiveStay) {
  open(2);
  int refused_here = 0;
  for (int i = 0; i < 10; ++i) {
    for (size_t number : {0U, 1U}) refused_here += !process(number).connect("ann");
  }
  EXPECT_EQ(refused_here, 10);
  until_decided();
  EXPECT_EQ(open_tabs(), 5);
  for (size_t number : {0U, 1U}) process(number).remove_closed();
  for (size_t number : {0U, 1U}) {
    const long open = process(number).open();
    EXPECT_TRUE(until_stored("ann", number, open == 0 ? "(nil)" : std::to_string(open)));
  }
  const int life_s = std::stoi(server_.command({"TTL", key("ann")}));
  EXPECT_GT(life_s, 86'390);
  EXPECT_LE(life_s, 86'400);
}

TEST_F(BusLeaseTest, AnEndedConnectionMakesRoom) {
  open(3);
  for (int i = 0; i < 5; ++i) process(0).connect("ann");
  until_decided();
  process(1).connect("ann");
  until_decided();
  EXPECT_EQ(process(1).open(), 0);
  process(0).disconnect_all();
  EXPECT_TRUE(until_stored("ann", 0, "(nil)"));
  for (int i = 0; i < 5; ++i) process(2).connect("ann");
  until_decided();
  EXPECT_EQ(process(2).open(), 5);
  EXPECT_EQ(process(2).stats.leases, 1u);
}

TEST_F(BusLeaseTest, TheLeasesOfAKilledProcessGiveWayWhenItIsDead) {
  open(1);
  server_.command({"HSET", key("ann"), "dead-1", "3", "alive-1", "1", "dead-2", "1"});
  process(0).connect("ann");
  until_decided();
  EXPECT_EQ(process(0).open(), 0);
  process(0).remove_closed();
  const DeadOnes liveness;
  process(0).bus.set_liveness(&liveness);
  for (int i = 0; i < 5; ++i) process(0).connect("ann");
  until_decided();
  EXPECT_EQ(process(0).open(), 4);
  EXPECT_EQ(server_.command({"HEXISTS", key("ann"), "dead-1"}), "0");
  EXPECT_EQ(server_.command({"HGET", key("ann"), "alive-1"}), "1");
}

TEST_F(BusLeaseTest, OneProcessSweepsTheLeasesOfADeadOne) {
  open(2);
  for (int i = 0; i < 1500; ++i) {
    const std::string user = "user-" + std::to_string(i);
    server_.command({"HSET", key(user), "dead-1", "1"});
    if (i % 3 == 0) server_.command({"HSET", key(user), "alive-1", "2"});
  }
  process(0).bus.sweep("dead-1");
  process(1).bus.sweep("dead-1");
  process(0).bus.sweep("dead-2");
  ASSERT_TRUE(run_until([&] { return users_with_leases() == 500; }));
  EXPECT_EQ(server_.command({"HGETALL", key("user-3")}), "alive-1\n2");
}

TEST_F(BusLeaseTest, AProcessThatReturnsAndDiesAgainIsSweptAgain) {
  open(1);
  for (int i = 0; i < 2; ++i) {
    server_.command({"HSET", key("ann"), "dead-1", "1"});
    process(0).bus.sweep("dead-1");
    ASSERT_TRUE(run_until([&] {
      return users_with_leases() == 0 && server_.command({"EXISTS", "hermod:sweep:dead-1"}) == "0";
    }));
  }
}

TEST_F(BusLeaseTest, ASweepThatAnotherProcessHasClaimedIsNotDone) {
  open(1);
  server_.command({"SET", "hermod:sweep:dead-1", "1"});
  server_.command({"HSET", key("late"), "dead-1", "1"});
  process(0).bus.sweep("dead-1");
  process(0).connect("ann");
  until_decided();
  EXPECT_EQ(server_.command({"HEXISTS", key("late"), "dead-1"}), "1");
  EXPECT_EQ(server_.command({"EXISTS", "hermod:sweep:dead-1"}), "1");
}

TEST_F(BusLeaseTest, LeasesAreWrittenAgainAfterALossOfData) {
  open(2);
  process(0).connect("ann");
  process(0).connect("ann");
  process(1).connect("ann");
  until_decided();
  server_.command({"FLUSHALL"});
  EXPECT_TRUE(until_stored("ann", 0, "2"));
  EXPECT_TRUE(until_stored("ann", 1, "1"));
  server_.kill();
  ASSERT_TRUE(run_until([&] { return !process(0).up() && !process(1).up(); }));
  server_.start_empty();
  until_up();
  EXPECT_TRUE(until_stored("ann", 0, "2"));
  EXPECT_TRUE(until_stored("ann", 1, "1"));
}

TEST_F(BusLeaseTest, AfterAnOutageConnectionsAboveTheLimitStay) {
  open(2);
  server_.kill();
  ASSERT_TRUE(run_until([&] { return !process(0).up() && !process(1).up(); }));
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(process(0).connect("ann"));
    EXPECT_TRUE(process(1).connect("ann"));
  }
  EXPECT_FALSE(process(0).connect("ann"));
  EXPECT_EQ(open_tabs(), 10);
  process(0).connect("bob");
  process(0).hub.leave(process(0).tabs.back()->session);
  process(0).tabs.pop_back();
  server_.start_empty();
  until_up();
  EXPECT_TRUE(until_stored("ann", 0, "5"));
  EXPECT_TRUE(until_stored("ann", 1, "5"));
  EXPECT_EQ(open_tabs(), 10);
  EXPECT_EQ(stored("bob", 0), "(nil)");
  process(0).hub.leave(process(0).tabs.back()->session);
  process(0).tabs.pop_back();
  EXPECT_TRUE(until_stored("ann", 0, "4"));
  process(0).connect("ann");
  until_decided();
  EXPECT_EQ(process(0).open(), 4);  // the newcomer is refused
}

// The other processes counted it as dead, and gave its leases to newcomers.
TEST_F(BusLeaseTest, ASuspendedProcessClosesItsSurplus) {
  open(2);
  for (int i = 0; i < 3; ++i) process(0).connect("ann");
  process(0).connect("bob");
  until_decided();
  server_.command({"HDEL", key("ann"), "process-0"});
  for (int i = 0; i < 4; ++i) process(1).connect("ann");
  until_decided();
  EXPECT_EQ(process(1).open(), 4);
  process(0).clock.advance(6'000);
  ASSERT_TRUE(run_until([&] { return open_tabs() == 6; }));  // bob's is one of them
  EXPECT_TRUE(process(0).tabs[0]->open());
  EXPECT_EQ(process(0).tabs[1]->code_, 4000);
  EXPECT_EQ(process(0).tabs[2]->code_, 4000);
  process(0).remove_closed();
  EXPECT_TRUE(until_stored("ann", 0, "1"));
}

TEST_F(BusLeaseTest, ASuspendedProcessKeepsWhatNobodyTook) {
  open(1);
  for (int i = 0; i < 3; ++i) process(0).connect("ann");
  until_decided();
  server_.command({"DEL", key("ann")});
  process(0).clock.advance(6'000);
  EXPECT_TRUE(until_stored("ann", 0, "3"));
  EXPECT_EQ(process(0).open(), 3);
}

TEST_F(BusLeaseTest, TheLastWritesPrecedeTheClose) {
  open(1);
  for (int i = 0; i < 2000; ++i) process(0).connect("user-" + std::to_string(i));
  until_decided();
  EXPECT_EQ(users_with_leases(), 2000u);
  process(0).disconnect_all();
  bool closed = false;
  process(0).bus.close([&] { closed = true; });
  run_until([&] { return closed; });
  processes_.clear();
  EXPECT_EQ(users_with_leases(), 0u);
}

TEST_F(BusLeaseTest, WhenRedisRejectsTheWritesEverythingIsGranted) {
  open(1);
  server_.command({"SET", key("ann"), "of another type"});
  process(0).connect("ann");
  until_decided();
  EXPECT_EQ(process(0).open(), 1);
  server_.command({"ACL", "SETUSER", "default", "-hset"});
  for (const char* user : {"bob", "cleo", "dan", "eve"}) process(0).connect(user);
  until_decided();
  EXPECT_EQ(process(0).open(), 5);
  EXPECT_EQ(stored("bob", 0), "(nil)");
  server_.command({"ACL", "SETUSER", "default", "+hset"});
  EXPECT_TRUE(until_stored("bob", 0, "1"));
  EXPECT_TRUE(until_stored("eve", 0, "1"));
}

TEST_F(BusLeaseTest, ScriptsThatAreGoneAreLoadedAgain) {
  open(1);
  server_.command({"SCRIPT", "FLUSH"});
  process(0).connect("ann");
  until_decided();
  EXPECT_EQ(process(0).open(), 1);
  EXPECT_TRUE(until_stored("ann", 0, "1"));
}

}  // namespace
}  // namespace hermod
