// Requests to all processes, and the list of the processes, over a real Redis.
#include "fleet_fixture.h"

namespace hermod {
namespace {

using test::FleetMemberProcess;
using test::FleetTest;

TEST_F(FleetTest, AUserIsFoundInAllProcesses) {
  FleetMemberProcess& one = start("one");
  FleetMemberProcess& two = start("two");
  start("three");
  ASSERT_TRUE(all_ready());
  one.connections.connect("1");
  two.connections.connect("1");
  two.connections.connect("2");
  const auto answer = find(one, "ann");
  ASSERT_TRUE(std::holds_alternative<FleetUser>(answer));
  std::vector<std::string> found;
  for (const FleetConnection& connection : std::get<FleetUser>(answer).connections) {
    found.push_back(connection.process + "/" + connection.id);
  }
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found, (std::vector<std::string>{"one/1", "two/1", "two/2"}));
  EXPECT_TRUE(std::get<FleetUser>(find(two, "bob")).connections.empty());
}

TEST_F(FleetTest, ADisconnectReachesEveryProcessOnce) {
  FleetMemberProcess& one = start("one");
  FleetMemberProcess& two = start("two");
  ASSERT_TRUE(all_ready());
  one.connections.connect("1");
  two.connections.connect("1");
  two.connections.connect("2");
  const int64_t before_ms = clock_.steady_ms();
  const auto answer = disconnect(one, {.user = "ann", .code = 4001, .reason = "bye"});
  EXPECT_EQ(std::get<size_t>(answer), 3u);
  for (const auto* process : {&one, &two}) {
    ASSERT_EQ(process->connections.asked.size(), 1u);
    EXPECT_EQ(process->connections.asked[0].code, 4001);
    EXPECT_EQ(process->connections.asked[0].reason, "bye");
    EXPECT_GE(process->connections.until, before_ms);
    EXPECT_LE(process->connections.until, clock_.steady_ms() + 3);
  }
  EXPECT_EQ(std::get<size_t>(disconnect(two, {.user = "ann"})), 0u);
}

TEST_F(FleetTest, ARevocationIsStoredBeforeTheProcessesAreAsked) {
  FleetMemberProcess& one = start("one");
  FleetMemberProcess& two = start("two");
  ASSERT_TRUE(all_ready());
  two.connections.connect("1");
  std::optional<std::variant<size_t, FleetFault>> answer;
  one.service->disconnect({.user = "ann", .revoke = true},
                          [&](std::variant<size_t, FleetFault> given) { answer = given; });
  ASSERT_EQ(one.connections.revoked_users.size(), 1u);
  EXPECT_TRUE(two.connections.asked.empty());
  one.connections.revoked(1'750'000'000);
  ASSERT_TRUE(run_until([&] { return answer.has_value(); }));
  EXPECT_EQ(std::get<size_t>(*answer), 1u);
  ASSERT_EQ(two.connections.asked.size(), 1u);
  EXPECT_EQ(two.connections.asked[0].revoked_s, 1'750'000'000u);
  EXPECT_EQ(one.stats.revocations, 1u);
}

TEST_F(FleetTest, WithoutItsRevocationADisconnectDoesNothing) {
  FleetMemberProcess& one = start("one");
  ASSERT_TRUE(all_ready());
  one.connections.connect("1");
  std::optional<std::variant<size_t, FleetFault>> answer;
  one.service->disconnect({.user = "ann", .revoke = true},
                          [&](std::variant<size_t, FleetFault> given) { answer = given; });
  one.connections.revoked(std::nullopt);
  ASSERT_TRUE(answer);
  EXPECT_EQ(std::get<FleetFault>(*answer).kind, FleetFault::Kind::kUnavailable);
  EXPECT_EQ(one.connections.connections.size(), 1u);
  EXPECT_EQ(one.stats.revocations, 0u);
}

TEST_F(FleetTest, ARevokedTokenReachesThePresentAndTheLaterProcesses) {
  FleetMemberProcess& one = start("one");
  FleetMemberProcess& two = start("two");
  ASSERT_TRUE(all_ready());
  for (int i = 0; i < 1500; ++i) {
    const auto answer = answer_to<Fleet::Nothing>([&](auto done) {
      one.service->revoke_token("token " + std::to_string(i), std::move(done));
    });
    ASSERT_TRUE(std::holds_alternative<Fleet::Nothing>(answer));
    ASSERT_EQ(two.connections.revoked_tokens.size(), static_cast<size_t>(i + 1));
  }
  FleetMemberProcess& late = start("late");
  ASSERT_TRUE(run_until([&] { return late.connections.revoked_tokens.size() == 1500; }));
  EXPECT_EQ(late.connections.revoked_tokens, two.connections.revoked_tokens);
  const int64_t end_ms = two.connections.revoked_tokens["token 0"];
  EXPECT_GT(end_ms, clock_.wall_ms() + 60'000);
  EXPECT_LE(end_ms, clock_.wall_ms() + 101'000);
  EXPECT_GT(std::stoi(redis_.command({"TTL", "hermod:{hermod:members}:revoked"})), 60);
  EXPECT_EQ(one.stats.revocations, 1500u);
}

TEST_F(FleetTest, WhatWasRevokedDuringAnOutageIsReadAfterIt) {
  FleetMemberProcess& one = start("one");
  ASSERT_TRUE(all_ready());
  redis_.command({"ZADD", "hermod:{hermod:members}:revoked", "9999999999", "missed"});
  EXPECT_EQ(one.connections.compared, 0);
  redis_.command({"CLIENT", "KILL", "TYPE", "pubsub"});
  ASSERT_TRUE(run_until([&] { return one.connections.revoked_tokens.contains("missed"); }));
  ASSERT_TRUE(run_until([&] { return one.connections.compared == 1; }));
}

TEST_F(FleetTest, AnUnreadableListOfTokensStopsNothingElse) {
  redis_.command({"SET", "hermod:{hermod:members}:revoked", "of another program"});
  FleetMemberProcess& one = start("one");
  ASSERT_TRUE(all_ready());
  ASSERT_TRUE(run_until([&] { return log_.has("Redis refuses the list of revoked tokens"); }));
  EXPECT_TRUE(one.service->ready());
  EXPECT_EQ(std::get<size_t>(disconnect(one, {.user = "ann"})), 0u);
  const auto answer = answer_to<Fleet::Nothing>(
      [&](auto done) { one.service->revoke_token("a", std::move(done)); });
  EXPECT_TRUE(std::holds_alternative<FleetFault>(answer));
  redis_.command({"DEL", "hermod:{hermod:members}:revoked"});
  redis_.command({"ZADD", "hermod:{hermod:members}:revoked", "9999999999", "later"});
  ASSERT_TRUE(run_until([&] { return one.connections.revoked_tokens.contains("later"); }));
}

TEST_F(FleetTest, TwoDisconnectsAtOnceCountEachConnectionOnce) {
  FleetMemberProcess& one = start("one");
  FleetMemberProcess& two = start("two");
  ASSERT_TRUE(all_ready());
  for (int i = 0; i < 5; ++i) two.connections.connect(std::to_string(i));
  size_t answers = 0;
  size_t sum = 0;
  for (FleetMemberProcess* at : {&one, &two}) {
    at->service->disconnect({.user = "ann"}, [&](std::variant<size_t, FleetFault> given) {
      ++answers;
      sum += std::get<size_t>(given);
    });
  }
  ASSERT_TRUE(run_until([&] { return answers == 2; }));
  EXPECT_EQ(sum, 5u);
}

TEST_F(FleetTest, ABroadcastReachesAllProcesses) {
  FleetMemberProcess& one = start("one");
  FleetMemberProcess& two = start("two");
  ASSERT_TRUE(all_ready());
  const auto answer = answer_to<size_t>([&](auto done) {
    one.service->broadcast({.notification_type = "maintenance", .payload = "{}"}, std::move(done));
  });
  EXPECT_EQ(std::get<size_t>(answer), 2u);
  ASSERT_EQ(two.connections.broadcasts.size(), 1u);
  EXPECT_EQ(two.connections.broadcasts[0].notification_type, "maintenance");
}

TEST_F(FleetTest, TheListHasTheLiveProcesses) {
  FleetMemberProcess& one = start("one");
  FleetMemberProcess& two = start("two");
  ASSERT_TRUE(all_ready());
  ASSERT_TRUE(run_until([&] { return one.service->processes().size() == 2; }));
  EXPECT_EQ(one.service->processes()[1].host, "here");
  const auto listed = answer_to<std::vector<FleetProcess>>(
      [&](auto done) { one.service->list_processes(std::move(done)); });
  EXPECT_EQ(std::get<std::vector<FleetProcess>>(listed).size(), 2u);
  close(two);
  EXPECT_EQ(redis_.command({"ZCARD", "hermod:members"}), "1");
  EXPECT_EQ(redis_.command({"HLEN", "hermod:{hermod:members}:reports"}), "1");
  ASSERT_TRUE(run_until([&] { return one.service->processes().size() == 1; }));
  EXPECT_TRUE(one.connections.swept.empty());  // it left
}

TEST_F(FleetTest, ADeadProcessIsRemovedByOneOfTheOthers) {
  FleetMemberProcess& one = start("one");
  FleetMemberProcess& two = start("two");
  ASSERT_TRUE(all_ready());
  redis_.command({"ZADD", "hermod:members", "1000", "dead"});
  redis_.command({"HSET", "hermod:{hermod:members}:reports", "dead", "{}"});
  ASSERT_TRUE(
      run_until([&] { return one.connections.swept.size() + two.connections.swept.size() > 0; }));
  // The sweep asks at once, before the next reading of the list.
  EXPECT_TRUE((one.connections.swept.empty() ? two : one).service->is_dead("dead"));
  ASSERT_TRUE(run_until([&] { return one.service->processes().size() == 2; }));
  EXPECT_EQ(one.connections.swept.size() + two.connections.swept.size(), 1u);
  EXPECT_EQ(redis_.command({"HEXISTS", "hermod:{hermod:members}:reports", "dead"}), "0");
  EXPECT_TRUE(log_.has("a process is dead: it has not reported for 10 s process=dead"));
}

TEST_F(FleetTest, AProcessThatWasTakenForDeadRejoins) {
  FleetMemberProcess& one = start("one");
  ASSERT_TRUE(all_ready());
  const int before = one.connections.rejoined;
  redis_.command({"ZREM", "hermod:members", "one"});
  ASSERT_TRUE(run_until([&] { return one.connections.rejoined == before + 1; }));
  EXPECT_TRUE(log_.has("the other processes considered this process dead"));
  ASSERT_TRUE(run_until([&] { return one.connections.rejoined == before + 2; }));  // once more
}

TEST_F(FleetTest, AfterAnOutageNobodyIsDead) {
  FleetMemberProcess& one = start("one");
  FleetMemberProcess& two = start("two");
  ASSERT_TRUE(all_ready());
  redis_.command({"EVAL",
                  "for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do "
                  "redis.call('ZADD', KEYS[1], redis.call('TIME')[1] * 1000 - 30000, id) end",
                  "1", "hermod:members"});
  ASSERT_TRUE(run_until([&] {
    return redis_.command({"ZCOUNT", "hermod:members", "-inf", "+inf"}) == "2" &&
           one.service->ready() && two.service->ready() &&
           std::stod(redis_.command({"ZSCORE", "hermod:members", "two"})) >
               static_cast<double>(clock_.wall_ms() - 9000);
  }));
  EXPECT_TRUE(one.connections.swept.empty());
  EXPECT_TRUE(two.connections.swept.empty());
}

TEST_F(FleetTest, ARequestToAProcessThatDoesNotAnswerNamesItAfterTheLimit) {
  FleetMemberProcess& one = start("one");
  FleetMemberProcess& two = start("two");
  ASSERT_TRUE(all_ready());
  one.connections.connect("1");
  // A process that receives messages and answers none, and a dead one that is still in the list.
  redis_.command({"EVAL",
                  "return redis.call('ZADD', KEYS[1], redis.call('TIME')[1] * 1000, 'gone')", "1",
                  "hermod:members"});
  test::RedisCli frozen;
  test::RedisCli::Address address;
  address.port = redis_.port();
  frozen.set_address(address);
  frozen.command({"SUBSCRIBE", "hermod:control:frozen"});
  redis_.command({"EVAL",
                  "return redis.call('ZADD', KEYS[1], redis.call('TIME')[1] * 1000, 'frozen')", "1",
                  "hermod:members"});
  std::optional<std::variant<size_t, FleetFault>> answer;
  one.service->disconnect({.user = "ann"}, [&](auto given) { answer = std::move(given); });
  ASSERT_TRUE(run_until([&] { return two.connections.asked.size() == 1; }));
  EXPECT_FALSE(answer);
  ASSERT_TRUE(run_until([&] { return answer.has_value(); }));
  const auto* fault = std::get_if<FleetFault>(&*answer);
  ASSERT_NE(fault, nullptr);
  EXPECT_EQ(fault->kind, FleetFault::Kind::kSilent);
  EXPECT_EQ(fault->connections, 1u);
  EXPECT_EQ(fault->silent, std::vector<std::string>{"frozen"});
}

TEST_F(FleetTest, OnlyTheOthersMakeRoom) {
  FleetMemberProcess& one = start("one");
  FleetMemberProcess& two = start("two");
  ASSERT_TRUE(all_ready());
  one.service->ask("ann", 2);
  ASSERT_TRUE(run_until([&] { return !two.connections.rooms.empty(); }));
  EXPECT_EQ(two.connections.rooms, std::vector<std::string>{"ann 2"});
  find(one, "ann");  // its own message has arrived, too
  EXPECT_TRUE(one.connections.rooms.empty());
}

TEST_F(FleetTest, AProcessThatIsNotListedIsDeadAfterTheNextReading) {
  FleetMemberProcess& one = start("one");
  FleetMemberProcess& two = start("two");
  EXPECT_FALSE(one.service->is_dead("two"));  // nothing was read
  ASSERT_TRUE(run_until([&] { return one.service->processes().size() == 2; }));
  EXPECT_FALSE(one.service->is_dead("one"));
  EXPECT_FALSE(one.service->is_dead("two"));
  EXPECT_FALSE(one.service->is_dead("unknown"));
  ASSERT_TRUE(run_until([&] { return one.service->is_dead("unknown"); }));
  close(two);
  ASSERT_TRUE(run_until([&] { return one.service->is_dead("two"); }));
  EXPECT_FALSE(one.service->is_dead("one"));
}

TEST_F(FleetTest, AFrozenProcessIsDeadTenSecondsAfterItsLastReport) {
  FleetMemberProcess& one = start("one");
  ASSERT_TRUE(all_ready());
  redis_.command(
      {"EVAL", "return redis.call('ZADD', KEYS[1], redis.call('TIME')[1] * 1000 - 7000, 'frozen')",
       "1", "hermod:members"});
  ASSERT_TRUE(run_until([&] { return one.service->processes().size() == 2; }));
  EXPECT_FALSE(one.service->is_dead("frozen"));
  ASSERT_TRUE(run_until([&] { return one.service->is_dead("frozen"); }));
}

TEST_F(FleetTest, AProcessIsDeadWhenItsLeasesAreSwept) {
  FleetMemberProcess& one = start("one");
  ASSERT_TRUE(all_ready());
  bool dead = false;
  one.connections.when_swept = [&] { dead = one.service->is_dead("killed"); };
  redis_.command(
      {"EVAL", "return redis.call('ZADD', KEYS[1], redis.call('TIME')[1] * 1000 - 11000, 'killed')",
       "1", "hermod:members"});
  ASSERT_TRUE(run_until([&] { return !one.connections.swept.empty(); }));
  EXPECT_EQ(one.connections.swept, std::vector<std::string>{"killed"});
  EXPECT_TRUE(dead);
  EXPECT_TRUE(one.service->is_dead("killed"));
}

TEST_F(FleetTest, TheOthersNoticeAProcessThatHasLeft) {
  FleetMemberProcess& one = start("one");
  FleetMemberProcess& two = start("two");
  FleetMemberProcess& three = start("three");
  ASSERT_TRUE(all_ready());
  ASSERT_TRUE(run_until([&] {
    return one.service->processes().size() == 3 && three.service->processes().size() == 3;
  }));
  close(two);
  ASSERT_TRUE(
      run_until([&] { return !one.connections.left.empty() && !three.connections.left.empty(); }));
  EXPECT_EQ(one.connections.left, std::vector<std::string>{"two"});
  EXPECT_EQ(three.connections.left, std::vector<std::string>{"two"});
  EXPECT_TRUE(one.service->is_dead("two"));
  EXPECT_TRUE(one.connections.swept.empty());
}

TEST_F(FleetTest, WithoutRedisNobodyIsDead) {
  FleetMemberProcess& one = start("one");
  ASSERT_TRUE(all_ready());
  redis_.kill();
  ASSERT_TRUE(run_until([&] { return !one.service->ready(); }));
  EXPECT_FALSE(one.service->is_dead("unknown"));
}

TEST_F(FleetTest, WithoutRedisNothingIsDone) {
  FleetMemberProcess& one = start("one");
  ASSERT_TRUE(all_ready());
  one.connections.connect("1");
  redis_.kill();
  ASSERT_TRUE(run_until([&] { return !one.service->ready(); }));
  const auto answer = disconnect(one, {.user = "ann"});
  ASSERT_TRUE(std::holds_alternative<FleetFault>(answer));
  EXPECT_EQ(std::get<FleetFault>(answer).kind, FleetFault::Kind::kUnavailable);
  EXPECT_TRUE(one.connections.asked.empty());
  redis_.start();
  ASSERT_TRUE(all_ready());
  EXPECT_EQ(std::get<size_t>(disconnect(one, {.user = "ann"})), 1u);
}

TEST_F(FleetTest, ASilentRedisIsNoticed) {
  FleetMemberProcess& one = start("one");
  ASSERT_TRUE(all_ready());
  redis_.freeze();
  ASSERT_TRUE(run_until([&] { return !one.service->ready(); }));
  redis_.thaw();
  ASSERT_TRUE(all_ready());
}

TEST_F(FleetTest, ARefusedListIsReported) {
  redis_.command({"ACL", "SETUSER", "default", "-eval"});
  FleetMemberProcess& one = start("one");
  ASSERT_TRUE(run_until([&] { return !one.redirections.empty(); }));
  EXPECT_NE(one.redirections[0].find("NOPERM"), std::string::npos);
  EXPECT_TRUE(log_.has("Redis refuses the list of the processes"));
  EXPECT_FALSE(one.service->ready());
  redis_.command({"ACL", "SETUSER", "default", "+eval"});
  ASSERT_TRUE(all_ready());
}

TEST_F(FleetTest, MessagesOfAnotherFormAreIgnored) {
  FleetMemberProcess& one = start("one");
  ASSERT_TRUE(all_ready());
  redis_.command({"PUBLISH", "hermod:control", "no time"});
  redis_.command({"PUBLISH", "hermod:control", "17 no JSON"});
  EXPECT_TRUE(std::holds_alternative<FleetUser>(find(one, "ann")));
  EXPECT_TRUE(log_.has("a message between processes has an unknown form"));
}

TEST_F(FleetTest, TheMasterOfTheListMayChange) {
  FleetMemberProcess& one = start("one");
  ASSERT_TRUE(all_ready());
  test::RedisServer other;
  one.transport->lead_to(endpoint_of(other));
  EXPECT_FALSE(one.service->ready());
  ASSERT_TRUE(all_ready());
  EXPECT_EQ(other.command({"ZCARD", "hermod:members"}), "1");
  EXPECT_GE(one.connections.rejoined, 2);  // its leases may have been removed
  close(one);
}

}  // namespace
}  // namespace hermod
