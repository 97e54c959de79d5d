// How RedisBus recognizes the repeats of an event: the two sets of hashes of a user, and the keys
// of older versions during an upgrade.

#include "integration/bus_redis_fixture.h"
#include "redis_schema/event_hash.h"

namespace hermod {
namespace {

class BusRoutedTest : public test::BusRedisTest {
 protected:
  static constexpr int64_t kTtlS = 86'400;
  static constexpr const char* kSince = "hermod:generation:routed_since";
  static constexpr const char* kSets[] = {"hermod:{ann}:routed:0", "hermod:{ann}:routed:1"};

  int64_t redis_time_s() { return std::stol(server_.command({"TIME"})); }
  int64_t ttl(const std::string& key) { return std::stol(server_.command({"TTL", key})); }

  PublishOutcome route(const std::string& id) {
    listener_.publish(*bus_, "ann", "text of " + id, id);
    EXPECT_TRUE(run_until([&] { return listener_.answers.size() == listener_.last_ticket; }));
    return last_outcome();
  }

  // As if the first process that stores the events in sets had connected this long ago.
  void open_after(int64_t seconds) {
    server_.command({"SET", kSince, std::to_string(redis_time_s() - seconds)});
    open();
  }

  // `count` new events, in calls of many records.
  void route_many(const std::string& user, int count) {
    for (int i = 0; i < count; ++i) {
      listener_.publish(*bus_, user, "{}", user + " has the event " + std::to_string(i));
    }
    ASSERT_TRUE(run_until([&] { return listener_.answers.size() == listener_.last_ticket; }));
  }

  // Of the sets, per event.
  double bytes_per_event(const std::string& user) {
    int64_t bytes = 0;
    for (const char* number : {"0", "1"}) {
      const std::string used = server_.command(
          {"MEMORY", "USAGE", "hermod:{" + user + "}:routed:" + number, "SAMPLES", "0"});
      if (used != "(nil)") bytes += std::stol(used);
    }
    return static_cast<double>(bytes) / routed_events(user);
  }

  test::RedisServer& server() { return server_; }
};

TEST_F(BusRoutedTest, ARepeatIsRecognizedInBothPeriods) {
  open_after(kTtlS + 10);
  EXPECT_EQ(route("first"), PublishOutcome::kRouted);
  EXPECT_EQ(route("first"), PublishOutcome::kRepeat);
  for (const char* set : kSets) {
    server_.command({"SADD", set, std::to_string(event_hash(std::string("in ") + set))});
  }
  for (const char* set : kSets) EXPECT_EQ(route(std::string("in ") + set), PublishOutcome::kRepeat);
  EXPECT_EQ(server_.command({"XLEN", "hermod:{ann}:stream"}), "1");
  EXPECT_EQ(routed_events("ann"), 3);
}

TEST_F(BusRoutedTest, RepeatsWithinOneCallAreRecognized) {
  open_after(kTtlS + 10);
  listener_.publish(*bus_, "ann", "opens the lane", "0");
  for (const char* id : {"1", "2", "1", "2", "3", "1"}) listener_.publish(*bus_, "ann", id, id);
  ASSERT_TRUE(run_until([&] { return listener_.answers.size() == 7; }));
  std::string outcomes;
  for (const auto& answer : listener_.answers) {
    outcomes += answer.outcome == PublishOutcome::kRouted ? 'r' : 'p';
  }
  EXPECT_EQ(outcomes, "rrrpprp");
  EXPECT_EQ(routed_events("ann"), 4);
}

// SMISMEMBER exists since Redis 6.2.
TEST_F(BusRoutedTest, WorksOnARedisWithoutSmismember) {
  test::RedisServer old({.arguments = {"--rename-command", "SMISMEMBER", ""}});
  make(old.url());
  ASSERT_TRUE(run_until([&] { return listener_.up(); }));
  const std::string set = "hermod:{ann}:routed:";
  for (const char* number : {"0", "1"}) {
    old.command({"SADD", set + number, std::to_string(event_hash(number))});
  }
  for (const char* id : {"a", "b", "0", "1", "b", "c"}) listener_.publish(*bus_, "ann", id, id);
  ASSERT_TRUE(run_until([&] { return listener_.answers.size() == 6; }));
  EXPECT_EQ(old.command({"XLEN", "hermod:{ann}:stream"}), "3");
}

TEST_F(BusRoutedTest, ASetExpiresTwoPeriodsAfterItBegan) {
  open_after(kTtlS + 10);
  const int64_t began_s = redis_time_s() / kTtlS * kTtlS;
  EXPECT_EQ(route("an event"), PublishOutcome::kRouted);
  const std::string set = kSets[began_s / kTtlS % 2];
  if (redis_time_s() / kTtlS * kTtlS != began_s) GTEST_SKIP() << "a period ended meanwhile";
  EXPECT_NEAR(ttl(set), began_s + 2 * kTtlS - redis_time_s(), 5);
  // A set with a shorter life, as after a change of IDEMPOTENCY_TTL_SECONDS, lives on.
  for (const char* command : {"EXPIRE", "PERSIST"}) {
    std::vector<std::string> words = {command, set};
    if (words[0] == "EXPIRE") words.emplace_back("10");
    server_.command(words);
    EXPECT_EQ(route(std::string("after ") + command), PublishOutcome::kRouted);
    EXPECT_NEAR(ttl(set), began_s + 2 * kTtlS - redis_time_s(), 5) << command;
  }
}

TEST_F(BusRoutedTest, ARefusedEventIsNotStored) {
  open_after(kTtlS + 10);
  server_.command({"LPUSH", "hermod:{ann}:stream", "no stream"});
  EXPECT_EQ(route("an event"), PublishOutcome::kRefused);
  EXPECT_EQ(routed_events("ann"), 0);
  server_.command({"DEL", "hermod:{ann}:stream"});
  EXPECT_EQ(route("an event"), PublishOutcome::kRouted);
}

TEST_F(BusRoutedTest, AKeyOfAnotherTypeIsThatUsersAlone) {
  open_after(kTtlS + 10);
  for (const char* set : kSets) server_.command({"LPUSH", set, "no set"});
  EXPECT_EQ(route("an event"), PublishOutcome::kRefused);
  listener_.publish(*bus_, "bob", "text");
  ASSERT_TRUE(run_until([&] { return listener_.answers.size() == 2; }));
  EXPECT_EQ(last_outcome(), PublishOutcome::kRouted);
  EXPECT_TRUE(bus_->status().up);
}

TEST_F(BusRoutedTest, TakesFewBytesAnEvent) {
  open_after(kTtlS + 10);
  const std::string user = "4f7c9d1e-0b6a-4c57-9d3e-";
  const std::map<int, double> bytes_max = {{2, 80}, {10, 60}, {100, 60}, {600, 80}, {1500, 80}};
  for (const auto& [count, bytes] : bytes_max) {
    const std::string name = user + std::to_string(100'000 + count);
    route_many(name, count);
    EXPECT_EQ(routed_events(name), count);
    EXPECT_LE(bytes_per_event(name), bytes) << count << " events";
  }
}

TEST_F(BusRoutedTest, TheFirstProcessStoresWhenItConnected) {
  open();
  ASSERT_TRUE(run_until([&] { return server_.command({"EXISTS", kSince}) == "1"; }));
  const int64_t since_s = std::stol(server_.command({"GET", kSince}));
  EXPECT_NEAR(since_s, redis_time_s(), 5);
  close();
  server_.command({"SET", kSince, std::to_string(since_s - 100)});
  open();
  EXPECT_EQ(route("an event"), PublishOutcome::kRouted);
  EXPECT_EQ(server_.command({"GET", kSince}), std::to_string(since_s - 100));
}

// Older and newer processes run together: each recognizes the events of the other.
TEST_F(BusRoutedTest, DuringAnUpgradeBothFormsAreReadAndWritten) {
  open_after(kTtlS - 60);
  server_.command({"SET", "hermod:{ann}:seen:of an older process", "1", "EX", "1000"});
  EXPECT_EQ(route("of an older process"), PublishOutcome::kRepeat);
  EXPECT_EQ(route("of this process"), PublishOutcome::kRouted);
  EXPECT_NEAR(ttl("hermod:{ann}:seen:of this process"), 600, 5);
  EXPECT_EQ(ttl("hermod:{ann}:seen:of an older process") > 600, true);
  EXPECT_EQ(route("of this process"), PublishOutcome::kRepeat);
  server_.command({"DEL", "hermod:{ann}:seen:of an older process"});
  EXPECT_EQ(route("of an older process"), PublishOutcome::kRepeat);
}

TEST_F(BusRoutedTest, AfterTheUpgradeTheOlderFormIsNeitherReadNorWritten) {
  open_after(kTtlS + 10);
  EXPECT_EQ(route("the first"), PublishOutcome::kRouted);
  server_.command({"SET", "hermod:{ann}:seen:an event", "1"});
  EXPECT_EQ(route("an event"), PublishOutcome::kRouted);
  EXPECT_EQ(server_.command({"EXISTS", "hermod:{ann}:seen:the first"}), "0");
}

TEST_F(BusRoutedTest, AfterALossOfDataTheUpgradeBeginsAgain) {
  open_after(kTtlS + 10);
  EXPECT_EQ(route("the first"), PublishOutcome::kRouted);
  server_.command({"FLUSHALL"});
  ASSERT_TRUE(run_until([&] { return server_.command({"EXISTS", kSince}) == "1"; }));
  EXPECT_NEAR(std::stol(server_.command({"GET", kSince})), redis_time_s(), 5);
  EXPECT_EQ(route("the first"), PublishOutcome::kRouted);
  EXPECT_NEAR(ttl("hermod:{ann}:seen:the first"), 600, 5);
}

}  // namespace
}  // namespace hermod
