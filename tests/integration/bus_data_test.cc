// How RedisBus handles the data of users, whether RedisBus or another program wrote it.

#include "integration/bus_redis_fixture.h"
#include "settings/option_table.h"

namespace hermod {
namespace {

using test::BusRedisTest;
using test::RedisServer;
using test::RedisServerOptions;

TEST_F(BusRedisTest, AnUpgradedProcessKeepsTheGenerationOfTheFormerKey) {
  server_.command({"SET", "hermod:sentinel", "a value"});
  open();
  EXPECT_EQ(server_.command({"GET", "hermod:generation"}), "a value");
  EXPECT_EQ(server_.command({"GET", "hermod:sentinel"}), "a value");
  server_.command({"DEL", "hermod:sentinel"});
  server_.command({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
  run_until([&] { return bus_->status().reconnects > 0; });
  publish("ann", "after the reconnection");
  EXPECT_EQ(listener_.memory_losses, 0);
}

TEST_F(BusRedisTest, AnotherProcessSeesTheSameStreamIds) {
  open();
  RedisBusOptions options;
  options.url = RedisUrl::parse(server_.url()).take();
  RedisBus other(loop(), clock_, log_, options);
  test::RecordingBusListener listener;
  ASSERT_TRUE(other.start(listener, listener));
  other.subscribe("ann");
  subscribe("ann");
  run_until([&] { return listener.subscribed["ann"] == 1; });
  for (int i = 0; i < 50; ++i) {
    listener_.publish(*bus_, "ann", "a" + std::to_string(i));
    listener.publish(other, "ann", "b" + std::to_string(i), "other-" + std::to_string(i));
  }
  run_until([&] { return listener_.texts.size() == 100 && listener.texts.size() == 100; });
  for (size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(listener_.texts[i].stream_id, listener.texts[i].stream_id);
    EXPECT_EQ(listener_.texts[i].text, listener.texts[i].text);
    EXPECT_EQ(listener_.texts[i].stream_id.count, i + 1);
  }
  bool closed = false;
  other.close([&] { closed = true; });
  run_until([&] { return closed; });
}

TEST_F(BusRedisTest, TheLargestRecordComesThrough) {
  open();
  subscribe("ann");
  const std::string largest(find_option("RECORD_BYTES_MAX")->details.max, 'x');
  for (size_t i = 1; i <= 3; ++i) {
    publish("ann", largest);
    run_until([&] { return listener_.texts.size() == i; });
  }
  EXPECT_EQ(listener_.texts[2].text.size(), largest.size());
  const auto page = replay({.user = "ann", .after = StreamId{}});
  ASSERT_TRUE(page.ok());
  ASSERT_FALSE(page.value().entries.empty());
  EXPECT_EQ(page.value().entries[0].text.size(), largest.size());
  EXPECT_EQ(bus_->status().reconnects, 0u);
}

TEST_F(BusRedisTest, AStreamIdBelongsToTheNextMessageOfItsUser) {
  open();
  subscribe("ann");
  subscribe("bob");
  const auto say = [&](const std::string& channel, const std::string& text) {
    server_.command({"PUBLISH", channel, text});
  };
  say("hermod:{ann}:pos", "7-7");
  say("teacher:bob:notifications", "b1");  // another user's message: retracts ann's stream id
  say("teacher:ann:notifications", "a1");
  say("hermod:{ann}:pos", "8-8");
  say("ws:ann", "a2");  // on another channel, as from a process with another setting
  say("teacher:ann:notifications", "a3");
  say("hermod:{ann}:pos", "9-9");
  say("hermod:{ann}:pos", "");  // retracts the stream id
  say("teacher:ann:notifications", "a4");
  say("hermod:{ann}:pos", "10-10");
  say("teacher:ann:notifications", "a5");
  say("teacher:ann:notifications", "a6");
  say("hermod:{bob}:pos", "nonsense");
  say("teacher:bob:notifications", "b2");
  run_until([&] { return listener_.texts.size() == 8; });
  std::map<std::string, StreamId> expected = {{"a2", {8, 8}}, {"a5", {10, 10}}};
  for (const auto& text : listener_.texts) {
    EXPECT_EQ(text.stream_id, expected[text.text]) << text.text;
  }
}

TEST_F(BusRedisTest, AStreamOfAnotherProgramStillGetsRisingStreamIds) {
  open();
  const auto soon = static_cast<uint64_t>(clock_.wall_ms()) + 30'000;
  server_.command({"XADD", "hermod:{ann}:stream", std::to_string(soon) + "-5", "text", "theirs"});
  publish("ann", "ours");
  EXPECT_EQ(last_outcome(), PublishOutcome::kRouted);
  auto page = replay({.user = "ann"}).take();
  EXPECT_EQ(page.last, (StreamId{soon, 6}));
  // A `last` that is lower than the stream does not block the step either.
  server_.command({"SET", "hermod:{ann}:last", "5-5"});
  publish("ann", "ours again");
  EXPECT_EQ(last_outcome(), PublishOutcome::kRouted);
  page = replay({.user = "ann"}).take();
  EXPECT_EQ(page.last.ms, soon + 1);
}

TEST_F(BusRedisTest, StreamIdsContinueAfterTheStreamExpired) {
  open();
  publish("ann", "one");
  publish("ann", "two");
  server_.command({"DEL", "hermod:{ann}:stream"});
  publish("ann", "three");
  auto page = replay({.user = "ann"}).take();
  EXPECT_EQ(page.last.count, 3u);
  EXPECT_EQ(page.cut, 2u);
  server_.command({"DEL", "hermod:{ann}:last"});
  publish("ann", "four");
  page = replay({.user = "ann"}).take();
  EXPECT_EQ(page.last.count, 4u);
}

TEST_F(BusRedisTest, KeysExpire) {
  open();
  publish("ann", "text");
  bus_->acknowledge({"ann", replay({.user = "ann"}).value().last});
  const auto ttl = [&](const std::string& key) { return std::stol(server_.command({"TTL", key})); };
  run_until([&] { return ttl("hermod:{ann}:acked") > 0; });
  EXPECT_NEAR(ttl("hermod:{ann}:stream"), 360, 5);
  EXPECT_NEAR(ttl("hermod:{ann}:last"), 86'400, 5);
  EXPECT_NEAR(ttl("hermod:{ann}:acked"), 86'400, 5);
  server_.command({"EXPIRE", "hermod:{ann}:acked", "10"});
  publish("ann", "another");
  EXPECT_NEAR(ttl("hermod:{ann}:acked"), 86'400, 5);
}

TEST_F(BusRedisTest, OddIdsAndTextsGoThroughWhole) {
  open();
  std::string odd = "o{d}d ";
  odd += '\0';
  odd += "\r\n$5";
  const std::string big(900'000, 'x');
  const std::string text = std::string("{\"a\":\"\\u0000\"}\r\n") + '\0';
  subscribe(odd);
  publish(odd, text);
  publish(odd, big);
  run_until([&] { return listener_.texts.size() == 2; });
  EXPECT_EQ(listener_.texts[0].user, odd);
  EXPECT_EQ(listener_.texts[0].text, text);
  EXPECT_TRUE(listener_.texts[0].stream_id);
  EXPECT_EQ(listener_.texts[1].text, big);
  EXPECT_EQ(replay({.user = odd}).value().entries.size(), 1u);  // 256 KiB per page
  EXPECT_TRUE(replay({.user = odd}).value().more);
}

// Redis Cluster hashes the part of a key between the first two braces.
TEST_F(BusRedisTest, BracesInAnIdAreEscapedInTheHashTag) {
  open();
  const std::pair<std::string, std::string> users[] = {
      {"}x", "%7Dx"}, {"{", "%7B"}, {"a}b", "a%7Db"}, {"5%", "5%25"}, {"%7Dx", "%257Dx"}};
  for (const auto& [user, tag] : users) {
    subscribe(user);
    publish(user, "to " + user);
    run_until([&] { return listener_.texts_of(user).size() == 1; });
    EXPECT_TRUE(listener_.texts.back().stream_id) << user;
    const auto page = replay({.user = user}).take();
    EXPECT_EQ(page.entries.size(), 1u);
    bus_->acknowledge({user, page.last});
    const std::string key = "hermod:{" + tag + "}:";
    run_until([&] { return server_.command({"HGET", key + "acked", ""}) == to_string(page.last); });
    EXPECT_EQ(server_.command({"EXISTS", key + "stream", key + "last"}), "2") << user;
  }
}

TEST_F(BusRedisTest, AFloodIsRoutedWithinTheBoundsOfWhatMayBeUnderWay) {
  open();
  for (int user = 0; user < 50; ++user) subscribe("user-" + std::to_string(user));
  size_t most = 0;
  for (int i = 0; i < 200; ++i) {
    for (int user = 0; user < 50; ++user) {
      listener_.publish(*bus_, "user-" + std::to_string(user), std::to_string(i));
    }
  }
  run_until([&] {
    most = std::max<size_t>(most, bus_->status().publications_in_flight);
    return listener_.answers.size() == 10'000 && listener_.texts.size() == 10'000;
  });
  EXPECT_LE(most, 2000u + 64);
  std::map<std::string, uint64_t> counts;
  for (const auto& text : listener_.texts) EXPECT_EQ(text.stream_id.count, ++counts[text.user]);
}

// A user who disconnects may reconnect at once, to this process or another one.
TEST_F(BusRedisTest, AMarkIsWrittenAtOnceWhereItsUserHasLeft) {
  open();
  subscribe("ann");
  publish("ann", "one");
  publish("ann", "two");
  run_until([&] { return listener_.texts.size() == 2; });
  bus_->acknowledge({"ann", listener_.texts[0].stream_id});
  bus_->end_cursor("ann", {"", 1}, CursorEnd::kHeld);
  bus_->unsubscribe("ann");
  settle();
  EXPECT_EQ(replay({.user = "ann"}).value().entries.size(), 1u);
  bus_->acknowledge({"ann", listener_.texts[1].stream_id, {"", 1}, true});  // the pong came late
  settle();
  EXPECT_EQ(replay({.user = "ann"}).value().entries.size(), 0u);
}

TEST_F(BusRedisTest, ThePositionsOfADeadProcessBecomeHolds) {
  open();
  publish("ann", "one");
  publish("ann", "two");
  const auto entries = replay({.user = "ann"}).value().entries;
  ASSERT_EQ(entries.size(), 2u);
  const std::string first = to_string(entries[0].stream_id);
  server_.command({"HSET", "hermod:{ann}:presence", "dead.1", "2"});
  server_.command({"HSET", "hermod:{ann}:acked", "", to_string(entries[1].stream_id), "/dead.1/7",
                   first, "phone/dead.1/8", first, "/alive/9", to_string(entries[1].stream_id)});
  bus_->sweep("dead.1");
  const auto field = [&](const char* name) {
    return server_.command({"HGET", "hermod:{ann}:acked", name});
  };
  ASSERT_TRUE(run_until([&] { return field("phone/dead.1/8").starts_with(first + " "); }));
  EXPECT_TRUE(field("/dead.1/7").starts_with(first + " "));
  EXPECT_EQ(field("/alive/9"), to_string(entries[1].stream_id));
  EXPECT_EQ(replay({.user = "ann", .cursor = {"", 1}}).value().after, entries[0].stream_id);
  EXPECT_EQ(field("/dead.1/7"), "(nil)");  // discharged
}

// The sweep may have missed them.
TEST_F(BusRedisTest, APositionThatWasLeftLongAgoIsRemoved) {
  open();
  const auto ago = [&](uint64_t seconds) {
    return std::to_string(clock_.wall_ms() - static_cast<int64_t>(seconds) * 1000);
  };
  const std::string old = ago(400) + "-1";
  server_.command({"XADD", "hermod:{ann}:stream", old, "text", "old"});
  server_.command({"SET", "hermod:{ann}:last", old});
  publish("ann", "one");
  const std::string last = to_string(replay({.user = "ann"}).value().last);
  server_.command(
      {"HSET", "hermod:{ann}:acked", "", last, "/dead.1/7", ago(900) + "-0", "/alive.1/8", old});
  EXPECT_EQ(to_string(replay({.user = "ann", .cursor = {"", 1}}).value().after), old);
  EXPECT_EQ(server_.command({"HEXISTS", "hermod:{ann}:acked", "/dead.1/7"}), "0");
  EXPECT_EQ(server_.command({"HEXISTS", "hermod:{ann}:acked", "/alive.1/8"}), "1");
}

TEST_F(BusRedisTest, APageIsReadWhileRedisIsFull) {
  open();
  publish("ann", "one");
  server_.command({"CONFIG", "SET", "maxmemory", "1"});
  const auto page = replay({.user = "ann", .cursor = {"phone", 7}});
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page.value().entries.size(), 1u);
  server_.command({"CONFIG", "SET", "maxmemory", "0"});
  bus_->acknowledge({"ann", page.value().last, {"phone", 7}});
  run_until([&] {
    return server_.command({"HGET", "hermod:{ann}:acked", "phone"}) == to_string(page.value().last);
  });
}

TEST_F(BusRedisTest, ATinyHistoryOfMarksOfManyUsersIsWritten) {
  open();
  for (int i = 0; i < 3000; ++i) bus_->acknowledge({"user-" + std::to_string(i), {5, 5}});
  const std::string own = std::to_string(3000 + 3);  // the generation key and those beside it
  run_until([&] { return server_.command({"DBSIZE"}) == own; });
}

}  // namespace
}  // namespace hermod
