// Whether an error of Redis concerns the record, the user or all users.

#include <algorithm>
#include <map>

#include "integration/bus_redis_fixture.h"
#include "integration/odd_server.h"
#include "redis/redis_error.h"
#include "redis_schema/redis_scripts.h"

namespace hermod {
namespace {

using test::BusRedisTest;
using test::OddServer;

TEST(RedisErrorTest, IsJudgedByWhatItConcerns) {
  for (const char* error : {"WRONGTYPE Operation against a key", "CROSSSLOT Keys in request"}) {
    EXPECT_EQ(concern_of(error), Concern::kRecord) << error;
  }
  for (const char* error :
       {"MOVED 13943 10.0.0.1:7001", "ASK 3 10.0.0.1:7001", "TRYAGAIN Multiple"}) {
    EXPECT_EQ(concern_of(error), Concern::kUser) << error;
  }
  for (const char* error :
       {"OOM command not allowed", "READONLY You can't write", "LOADING Redis is loading", "BUSY",
        "MASTERDOWN Link", "CLUSTERDOWN The cluster is down", "NOSCRIPT No matching script",
        "NOPERM this user has no permissions to run the 'evalsha' command",
        "ERR The user executing the script can't run this command or subcommand"}) {
    EXPECT_EQ(concern_of(error), Concern::kRedis) << error;
  }
  for (const char* error :
       {"ERR something new", "MOVEDX", "", "NOPERM No permissions to access a key",
        "ERR The user executing the script can't access at least one of the keys mentioned"}) {
    EXPECT_EQ(concern_of(error), Concern::kUnknown) << error;
  }
}

// The part of Redis that hermod uses. The test sets the reply to the scripts for each user.
class FakeRedis {
 public:
  std::string answer(std::string_view input) {
    std::string replies;
    while (!input.empty()) replies += answer_one(take_command(input));
    return replies;
  }

  std::map<std::string, std::string> results;  // by user: the complete reply to the scripts
  std::string result_of_others;                // empty: the scripts work

 private:
  using Command = std::vector<std::string>;

  static std::string take_line(std::string_view& input) {
    const size_t end = std::min(input.find("\r\n"), input.size());
    const std::string line(input.substr(0, end));
    input.remove_prefix(std::min(end + 2, input.size()));
    return line;
  }

  static Command take_command(std::string_view& input) {
    Command command(std::stoul(take_line(input).substr(1)));
    for (std::string& argument : command) {
      const size_t size = std::stoul(take_line(input).substr(1));
      argument = input.substr(0, size);
      input.remove_prefix(std::min(size + 2, input.size()));
    }
    return command;
  }

  static std::string bulk(const std::string& text) {
    return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
  }

  std::string answer_one(const Command& command) {
    if (command[0] == "HELLO") return "*0\r\n";
    if (command[0] == "SCRIPT" && command[2] == "return 1") return bulk(std::string(40, 'z'));
    if (command[0] == "SCRIPT")
      return bulk(std::string(40, static_cast<char>('a' + scripts_++ % RedisScripts::kCount)));
    if (command[0] == "GET") {
      return command[1] == "hermod:generation" ? bulk("a generation") : "$-1\r\n";
    }
    if (command[0] == "TIME") return "*2\r\n" + bulk("1750000000") + bulk("1");
    if (command[0] == "EVALSHA") return command[2] == "0" ? ":1\r\n" : run(command);
    if (command[0] == "PUBLISH") return "-NOPERM no canary\r\n";
    if (command[0] != "SUBSCRIBE") return "+OK\r\n";
    std::string confirmed;
    for (size_t i = 1; i < command.size(); ++i) {
      confirmed += "*3\r\n" + bulk("subscribe") + bulk(command[i]) + ":1\r\n";
    }
    return confirmed;
  }

  std::string run(const Command& command) {
    const std::string& key = command[3];
    const size_t begin = key.find('{') + 1;
    const auto found = results.find(key.substr(begin, key.find('}') - begin));
    if (found != results.end()) return found->second;
    if (!result_of_others.empty()) return result_of_others;
    if (command[1][0] == 'a') {
      const size_t records = 3 + std::stoul(command[2]) + 8;  // the argument with their number
      return bulk(std::string(std::stoul(command[records]), 'r'));
    }
    if (command[1][0] == 'b')
      return "*7\r\n" + bulk("") + bulk("") + ":0\r\n" + bulk("") + bulk("") + ":0\r\n*0\r\n";
    return ":1\r\n";
  }

  int scripts_ = 0;
};

class BusErrorTest : public BusRedisTest {
 protected:
  void open(uint64_t user_patience_ms = 300) {
    odd_ = std::make_unique<OddServer>(
        loop(), [this](std::string_view input) { return redis_.answer(input); });
    RedisBusOptions options;
    options.url = RedisUrl::parse(odd_->url()).take();
    options.user_patience_ms = user_patience_ms;
    bus_ = std::make_unique<RedisBus>(loop(), clock_, log_, options);
    ASSERT_TRUE(bus_->start(listener_, listener_));
    ASSERT_TRUE(run_until([&] { return listener_.up(); }));
  }

  void TearDown() override {
    close();
    odd_.reset();
    BusRedisTest::TearDown();
  }

  // The outcomes of these tickets.
  std::vector<PublishOutcome> outcomes(const std::vector<Ticket>& tickets) const {
    std::vector<PublishOutcome> found;
    for (const auto& answer : listener_.answers) {
      if (std::find(tickets.begin(), tickets.end(), answer.ticket) != tickets.end()) {
        found.push_back(answer.outcome);
      }
    }
    return found;
  }

  // For this time, publishes records of other users; each is answered before the next one is given.
  void others_are_routed_for(int64_t ms) {
    const int64_t since = now_ms();
    for (int i = 0; now_ms() - since < ms; ++i) {
      const int64_t asked_ms = now_ms();
      const size_t before = listener_.answers.size();
      const Ticket ticket = listener_.publish(*bus_, "bob-" + std::to_string(i % 5), "text");
      run_until([&] { return outcomes({ticket}).size() == 1; });
      EXPECT_LT(now_ms() - asked_ms, 500);
      EXPECT_GT(listener_.answers.size(), before);
      wait_ms(10);
    }
  }

  void expect_never_down() {
    EXPECT_EQ(listener_.states.size(), 1u);
    EXPECT_EQ(bus_->status().reconnects, 0u);
  }

  FakeRedis redis_;
  std::unique_ptr<OddServer> odd_;
};

TEST_F(BusErrorTest, AUserWhoseKeysAreOnTheirWayWaitsAlone) {
  open();
  for (const char* error : {"-MOVED 1 10.0.0.1:7001\r\n", "-ASK 1 10.0.0.1:7001\r\n",
                            "-TRYAGAIN Multiple keys request during rehashing of slot\r\n"}) {
    SCOPED_TRACE(error);
    redis_.results["ann"] = error;
    std::vector<Ticket> tickets;
    for (int i = 0; i < 100; ++i) tickets.push_back(listener_.publish(*bus_, "ann", "text"));
    others_are_routed_for(900);  // three times user_patience_ms
    EXPECT_TRUE(outcomes(tickets).empty());
    redis_.results.clear();
    run_until([&] { return outcomes(tickets).size() == tickets.size(); });
    EXPECT_EQ(outcomes(tickets), std::vector(tickets.size(), PublishOutcome::kRouted));
  }
  expect_never_down();
  EXPECT_TRUE(log_.has("a user's records wait"));
}

TEST_F(BusErrorTest, AUsersOwnErrorRefusesItsRecordsAfterAWhile) {
  open();
  redis_.results["ann"] = "-ERR something new\r\n";
  std::vector<Ticket> tickets;
  for (int i = 0; i < 100; ++i) tickets.push_back(listener_.publish(*bus_, "ann", "text"));
  others_are_routed_for(200);
  EXPECT_TRUE(outcomes(tickets).empty());
  run_until([&] { return outcomes(tickets).size() == tickets.size(); });
  EXPECT_EQ(outcomes(tickets), std::vector(tickets.size(), PublishOutcome::kRefused));
  EXPECT_EQ(listener_.answers.back().error, "ERR something new");
  redis_.results.clear();
  publish("ann", "again");
  EXPECT_EQ(last_outcome(), PublishOutcome::kRouted);
  expect_never_down();
}

// No other user has a record that shows whether Redis works, so RedisScriptProbe runs the script.
TEST_F(BusErrorTest, AUsersOwnErrorIsRecognisedWhereNoOtherUserPublishes) {
  open();
  redis_.results["ann"] = "-ERR something new\r\n";
  publish("ann", "text");
  EXPECT_EQ(last_outcome(), PublishOutcome::kRefused);
  expect_never_down();
}

TEST_F(BusErrorTest, AnErrorThatAllGetIsRedisAndRefusesNothing) {
  open();
  redis_.result_of_others = "-ERR something new\r\n";
  std::vector<Ticket> tickets;
  for (int i = 0; i < 100; ++i) {
    tickets.push_back(listener_.publish(*bus_, "user-" + std::to_string(i % 10), "text"));
  }
  run_until([&] { return listener_.down(); });
  EXPECT_EQ(listener_.reasons.back(), "ERR something new");
  wait_ms(900);
  EXPECT_TRUE(listener_.answers.empty());
  redis_.result_of_others.clear();
  run_until([&] { return listener_.up() && listener_.answers.size() == 100; });
  EXPECT_EQ(outcomes(tickets), std::vector(tickets.size(), PublishOutcome::kRouted));
  EXPECT_EQ(listener_.states.size(), 3u);
}

TEST_F(BusErrorTest, WhatCanNeverWorkIsRefusedAtOnce) {
  open(60'000);
  redis_.results["ann"] = "-CROSSSLOT Keys in request don't hash to the same slot\r\n";
  listener_.publish(*bus_, "ann", "one");
  listener_.publish(*bus_, "ann", "two");
  run_until([&] { return listener_.answers.size() == 2; });
  for (const auto& answer : listener_.answers) EXPECT_EQ(answer.outcome, PublishOutcome::kRefused);
  expect_never_down();
}

TEST_F(BusErrorTest, AnUnreadableReplyConcernsItsCallAlone) {
  open();
  for (const char* reply : {":7\r\n", "*2\r\n:1\r\n:1\r\n", "$3\r\nxyz\r\n", "*0\r\n", "-\r\n"}) {
    SCOPED_TRACE(reply);
    redis_.results["ann"] = reply;
    const Ticket ticket = listener_.publish(*bus_, "ann", "text");
    std::optional<Result<ReplayPage>> page;
    bus_->replay({.user = "ann", .after = StreamId{3, 1}},
                 [&](Result<ReplayPage> answer) { page = std::move(answer); });
    bus_->acknowledge({"ann", {3, 1}});
    others_are_routed_for(100);
    EXPECT_TRUE(replay({.user = "bob"}).ok());
    run_until([&] { return outcomes({ticket}).size() == 1 && page.has_value(); });
    EXPECT_EQ(outcomes({ticket})[0], PublishOutcome::kRefused);
    ASSERT_TRUE(page->ok());
    EXPECT_TRUE(page->value().entries.empty());
    EXPECT_EQ(page->value().after, (StreamId{3, 1}));
  }
  expect_never_down();
}

TEST_F(BusErrorTest, AUsersPagesWaitAlone) {
  open();
  redis_.results["ann"] = "-MOVED 1 10.0.0.1:7001\r\n";
  std::optional<Result<ReplayPage>> page;
  bus_->replay({.user = "ann"}, [&](Result<ReplayPage> answer) { page = std::move(answer); });
  const int64_t since = now_ms();
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(replay({.user = "bob"}).ok());
  EXPECT_LT(now_ms() - since, 1000);
  wait_ms(600);
  EXPECT_FALSE(page);
  redis_.results.clear();
  run_until([&] { return page.has_value(); });
  EXPECT_TRUE(page->ok());
  expect_never_down();
}

TEST_F(BusErrorTest, HistoryThatCannotBeReadForAnyUserIsRedis) {
  open();
  redis_.result_of_others = "-ERR something new\r\n";
  std::optional<Result<ReplayPage>> page;
  bus_->replay({.user = "ann"}, [&](Result<ReplayPage> answer) { page = std::move(answer); });
  run_until([&] { return listener_.down(); });
  wait_ms(600);
  EXPECT_FALSE(page);
  redis_.result_of_others.clear();
  run_until([&] { return listener_.up() && page.has_value(); });
}

}  // namespace
}  // namespace hermod
