// How RedisBus handles values in a user's keys and on a user's channels that it did not write.

#include "integration/bus_redis_fixture.h"

namespace hermod {
namespace {

using test::BusRedisTest;

class BusOddValueTest : public BusRedisTest {
 protected:
  void set(const std::string& key, const std::string& value) {
    server_.command({"SET", "hermod:{ann}:" + key, value});
  }
  void set_position(const std::string& value) {
    server_.command({"HSET", "hermod:{ann}:acked", "", value});
  }

  std::string far_future(uint64_t count) const {
    return std::to_string(clock_.wall_ms() + 3'600'000) + "-" + std::to_string(count);
  }

  // A record of ann and one of bob are routed within a second, and neither link failed.
  void expect_routed() {
    const int64_t since = now_ms();
    publish("ann", "a");
    EXPECT_EQ(last_outcome(), PublishOutcome::kRouted);
    publish("bob", "b");
    EXPECT_EQ(last_outcome(), PublishOutcome::kRouted);
    EXPECT_LT(now_ms() - since, 1000);
    EXPECT_EQ(listener_.states.size(), 1u);
    EXPECT_EQ(bus_->status().reconnects, 0u);
  }

  ReplayPage history() {
    return replay({.user = "ann", .after = StreamId{}, .reach = ReplayRequest::Reach::kGap}).take();
  }

  void expect_recent(StreamId stream_id) {
    EXPECT_GT(stream_id.ms, static_cast<uint64_t>(clock_.wall_ms()) - 60'000);
    EXPECT_LT(stream_id.ms, static_cast<uint64_t>(clock_.wall_ms()) + 60'000);
  }
};

TEST_F(BusOddValueTest, AnUnusableLastStreamIdIsReplaced) {
  open();
  subscribe("ann");
  const std::string values[] = {"99999999999999999999999-1",
                                "18446744073709551615-5",
                                "5-18446744073709551615",
                                far_future(7),
                                "no stream id",
                                "",
                                "1-1-1",
                                std::string(500, '9') + "-1"};
  size_t texts = 0;
  for (const std::string& value : values) {
    SCOPED_TRACE(value);
    set("last", value);
    EXPECT_TRUE(replay({.user = "ann"}).ok());
    expect_routed();
    run_until([&] { return listener_.texts.size() == texts + 1; });
    ++texts;
    expect_recent(listener_.texts.back().stream_id);
    const auto page = history();
    EXPECT_EQ(page.entries.size(), texts);
    EXPECT_EQ(page.last.count, texts);
    EXPECT_EQ(server_.command({"GET", "hermod:{ann}:last"}), to_string(page.last));
  }
  EXPECT_TRUE(log_.has("were repaired"));
}

TEST_F(BusOddValueTest, EntriesLaterThanTheTimeAreKeptUnderIdsOfNow) {
  open();
  server_.command({"XADD", "hermod:{ann}:stream", far_future(5), "text", "theirs"});
  server_.command({"XADD", "hermod:{ann}:stream", far_future(6), "text", "theirs too"});
  EXPECT_TRUE(history().entries.empty());
  expect_routed();
  const auto page = history();
  ASSERT_EQ(page.entries.size(), 3u);
  EXPECT_EQ(page.entries[0].text, "theirs");
  EXPECT_EQ(page.entries[1].text, "theirs too");
  EXPECT_EQ(page.entries[2].text, "a");
  for (const auto& entry : page.entries) expect_recent(entry.stream_id);
  EXPECT_EQ(page.entries[0].stream_id.count, 5u);
  EXPECT_EQ(page.last, page.entries[2].stream_id);
  EXPECT_EQ(page.last.count, 7u);
}

TEST_F(BusOddValueTest, AStreamAtItsLastPossibleIdGoesOn) {
  for (const char* id : {"18446744073709551615-18446744073709551615", "18446744073709551615-3"}) {
    SCOPED_TRACE(id);
    if (!bus_) open();
    server_.command({"DEL", "hermod:{ann}:stream", "hermod:{ann}:last"});
    server_.command({"XADD", "hermod:{ann}:stream", id, "text", "theirs", "x", "y", "z", "z"});
    expect_routed();
    expect_routed();
    const auto page = history();
    ASSERT_EQ(page.entries.size(), 3u);
    EXPECT_EQ(page.entries[0].text, "theirs");
    expect_recent(page.last);
  }
}

// The clock of the master was an hour ahead; that of its replica is not.
TEST_F(BusOddValueTest, AHistoryFromAClockThatWasAheadGoesOnWithoutRepeatsOrGaps) {
  open();
  std::string newest;
  for (uint64_t count = 41; count <= 44; ++count) {
    newest = far_future(count);
    server_.command({"XADD", "hermod:{ann}:stream", newest, "text", std::to_string(count)});
  }
  const std::string acknowledged =
      server_.command({"XRANGE", "hermod:{ann}:stream", "-", "+", "COUNT", "2"});
  set("last", newest);
  const size_t at = acknowledged.find("-42");
  ASSERT_NE(at, std::string::npos);
  set_position(
      acknowledged.substr(acknowledged.rfind('\n', at) + 1, at - acknowledged.rfind('\n', at) + 2));
  const auto before = replay({.user = "ann"}).take();
  ASSERT_EQ(before.entries.size(), 2u);
  EXPECT_EQ(before.entries[0].text, "43");
  EXPECT_EQ(before.last, before.entries[1].stream_id);
  expect_routed();
  const auto page = replay({.user = "ann"}).take();
  ASSERT_EQ(page.entries.size(), 3u);
  EXPECT_EQ(page.entries[0].text, "43");
  EXPECT_EQ(page.entries[2].text, "a");
  EXPECT_EQ(page.last.count, 45u);
  EXPECT_EQ(page.cut, 0u);
  EXPECT_EQ(page.after.count, 42u);
}

TEST_F(BusOddValueTest, AnUnusablePositionIsReplacedByTheNext) {
  open();
  publish("ann", "one");
  for (const char* value : {"99999999999999999999999-1", "no stream id", ""}) {
    SCOPED_TRACE(value);
    set_position(value);
    const auto page = replay({.user = "ann"}).take();
    EXPECT_FALSE(page.after);
    bus_->acknowledge({"ann", page.last});
    run_until([&] {
      return server_.command({"HGET", "hermod:{ann}:acked", ""}) == to_string(page.last);
    });
    expect_routed();
  }
}

TEST_F(BusOddValueTest, AStoredPositionAboveTheLastHidesNothing) {
  open();
  publish("ann", "old");
  set_position(far_future(99));
  auto page = replay({.user = "ann"}).take();
  EXPECT_FALSE(page.after);
  EXPECT_EQ(page.entries.size(), 1u);
  publish("ann", "new");
  page = replay({.user = "ann"}).take();
  ASSERT_EQ(page.entries.size(), 2u);
  bus_->acknowledge({"ann", page.last});
  EXPECT_TRUE(replay({.user = "ann"}).value().entries.empty());
}

// Version 0.1.0 stored one position, and may still run.
TEST_F(BusOddValueTest, ThePositionOfAnEarlierVersionIsReadAndAdvanced) {
  open();
  publish("ann", "one");
  publish("ann", "two");
  publish("ann", "three");
  const auto entries = history().entries;
  ASSERT_EQ(entries.size(), 3u);
  server_.command({"SET", "hermod:{ann}:mark", to_string(entries[0].stream_id), "EX", "100"});
  EXPECT_EQ(replay({.user = "ann"}).value().after, entries[0].stream_id);
  bus_->acknowledge({"ann", entries[1].stream_id});
  EXPECT_EQ(replay({.user = "ann"}).value().after, entries[1].stream_id);
  EXPECT_EQ(server_.command({"GET", "hermod:{ann}:mark"}), to_string(entries[1].stream_id));
  EXPECT_LE(std::stol(server_.command({"TTL", "hermod:{ann}:mark"})), 100);
  server_.command({"SET", "hermod:{ann}:mark", to_string(entries[2].stream_id)});
  EXPECT_EQ(replay({.user = "ann"}).value().after, entries[2].stream_id);
}

TEST_F(BusOddValueTest, AnAnnouncedIdThatRedisCannotHaveGivenIsNone) {
  open();
  subscribe("ann");
  wait_ms(50);  // for the reply to TIME
  for (const std::string& id : {far_future(1), std::string("18446744073709551615-5"),
                                std::string("99999999999999999999999-1")}) {
    server_.command({"PUBLISH", "hermod:{ann}:pos", id});
    server_.command({"PUBLISH", "teacher:ann:notifications", "theirs"});
  }
  const std::string soon = std::to_string(clock_.wall_ms() + 30'000) + "-2";
  server_.command({"PUBLISH", "hermod:{ann}:pos", soon});
  server_.command({"PUBLISH", "teacher:ann:notifications", "a clock a little ahead"});
  publish("ann", "ours");
  run_until([&] { return listener_.texts.size() == 5; });
  for (size_t i = 0; i < 3; ++i) EXPECT_FALSE(listener_.texts[i].stream_id);
  EXPECT_EQ(to_string(listener_.texts[3].stream_id), soon);
  expect_recent(listener_.texts[4].stream_id);
}

TEST_F(BusOddValueTest, AnEntryThatNoReplyCouldCarryIsLeftOut) {
  open();
  publish("ann", "one");
  server_.command({"EVAL",
                   "redis.call('XADD', KEYS[1], ARGV[1], 'text', string.rep('x', 70000000))", "1",
                   "hermod:{ann}:stream", std::to_string(clock_.wall_ms()) + "-2"});
  const auto page = history();
  ASSERT_EQ(page.entries.size(), 1u);
  EXPECT_EQ(page.entries[0].text, "one");
  EXPECT_EQ(bus_->status().reconnects, 0u);
}

// After FLUSHALL, the ids of the same millisecond are above those before it.
TEST_F(BusOddValueTest, AHistoryThatBeginsAgainBeginsAboveTheLostOne) {
  open();
  subscribe("ann");
  publish("ann", "first");
  for (int round = 0; round < 50; ++round) {
    wait_ms(2);  // so that the history started before this millisecond
    publish("ann", "before");
    server_.command({"FLUSHALL"});
    publish("ann", "after");
  }
  run_until([&] { return listener_.texts.size() == 101; });
  for (size_t i = 1; i < listener_.texts.size(); ++i) {
    EXPECT_GT(listener_.texts[i].stream_id, listener_.texts[i - 1].stream_id);
  }
}

}  // namespace
}  // namespace hermod
