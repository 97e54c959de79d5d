// Several environments on one Redis: which settings separate them, and which do not.

#include <gmock/gmock.h>

#include "integration/bus_redis_fixture.h"

namespace hermod {
namespace {

using test::RecordingBusListener;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class BusPrefixTest : public test::BusRedisTest {
 protected:
  // A bus with a listener of its own.
  struct Environment {
    RecordingBusListener listener;
    std::unique_ptr<RedisBus> bus;
  };

  enum class Channels { kShared, kOwn };

  void start(Environment& environment, const std::string& prefix, uint64_t database,
             const std::string& own = {}) {
    RedisBusOptions options;
    options.url = RedisUrl::parse(server_.url()).take();
    options.url.database = database;
    options.prefix = prefix;
    if (!own.empty()) {
      options.publish_channel = own + ":{user}";
      options.listen_channels = {options.publish_channel};
    }
    environment.bus = std::make_unique<RedisBus>(loop(), clock_, log_, options);
    ASSERT_TRUE(environment.bus->start(environment.listener, environment.listener));
    ASSERT_TRUE(run_until([&] { return environment.listener.up(); }));
    environment.bus->subscribe("ann");
    ASSERT_TRUE(run_until([&] { return environment.listener.subscribed["ann"] == 1; }));
  }

  void publish(Environment& environment, const std::string& text) {
    environment.listener.publish(*environment.bus, "ann", text, "event of " + text);
    run_until(
        [&] { return environment.listener.answers.size() == environment.listener.last_ticket; });
  }

  StreamId mark_of(const std::string& key, const std::string& database) {
    return parse_stream_id(server_.command({"EVAL",
                                            "redis.call('SELECT', ARGV[1]) "
                                            "return redis.call('HGET', KEYS[1], '') or ''",
                                            "1", key, database}))
        .value_or(StreamId{});
  }

  void stop(Environment& environment) {
    bool closed = false;
    environment.bus->close([&] { closed = true; });
    run_until([&] { return closed; });
    environment.bus.reset();
  }

  // Both receive their own messages with stream ids, and none of the other environment.
  void expect_apart(Environment& one, Environment& two) {
    publish(one, "of one");
    publish(two, "of two");
    publish(two, "of two again");
    ASSERT_TRUE(
        run_until([&] { return !one.listener.texts.empty() && two.listener.texts.size() == 2; }));
    publish(one, "of one again");
    ASSERT_TRUE(run_until([&] { return one.listener.texts.size() == 2; }));
    EXPECT_EQ(one.listener.texts_of("ann"), (std::vector<std::string>{"of one", "of one again"}));
    EXPECT_EQ(two.listener.texts_of("ann"), (std::vector<std::string>{"of two", "of two again"}));
    for (const auto* listener : {&one.listener, &two.listener}) {
      EXPECT_EQ(listener->texts[0].stream_id.count, 1u);
      EXPECT_EQ(listener->texts[1].stream_id.count, 2u);
    }
  }
};

TEST_F(BusPrefixTest, TwoDatabasesWithChannelsOfTheirOwnDoNotMeet) {
  Environment one, two;
  start(one, "hermod", 0, "production");
  start(two, "hermod", 1, "staging");
  expect_apart(one, two);
  one.bus->acknowledge({"ann", one.listener.texts[1].stream_id});
  ASSERT_TRUE(run_until(
      [&] { return mark_of("hermod:{ann}:acked", "0") == one.listener.texts[1].stream_id; }));
  EXPECT_EQ(mark_of("hermod:{ann}:acked", "1"), StreamId{});
  stop(one);
  stop(two);
}

TEST_F(BusPrefixTest, TwoPrefixesWithChannelsOfTheirOwnDoNotMeet) {
  Environment one, two;
  start(one, "hermod", 0, "production");
  start(two, "staging.eu:2", 0, "staging");
  expect_apart(one, two);
  EXPECT_EQ(server_.command({"XLEN", "staging.eu:2:{ann}:stream"}), "2");
  EXPECT_EQ(server_.command({"EXISTS", "staging.eu:2:{ann}:last", "staging.eu:2:generation"}), "2");
  EXPECT_EQ(server_.command({"XLEN", "hermod:{ann}:stream"}), "2");
  stop(one);
  stop(two);
}

// The channels of protocol section 2 are shared: messages of the other environment are external
// messages, without a stream id.
TEST_F(BusPrefixTest, OnSharedChannelsMessagesOfOthersHaveNoStreamId) {
  Environment one, two;
  start(one, "hermod", 0);
  start(two, "hermod", 1);
  publish(one, "of one");
  publish(two, "of two");
  ASSERT_TRUE(
      run_until([&] { return one.listener.texts.size() == 2 && two.listener.texts.size() == 2; }));
  EXPECT_EQ(one.listener.texts[0].stream_id.count, 1u);
  EXPECT_EQ(one.listener.texts[1].stream_id, StreamId{});
  EXPECT_EQ(two.listener.texts[0].stream_id, StreamId{});
  EXPECT_EQ(two.listener.texts[1].stream_id.count, 1u);
  stop(one);
  stop(two);
}

// A client that acknowledges all messages, also those of the other environment, is replayed nothing
// when it reconnects.
TEST_F(BusPrefixTest, AReturningUserIsNotGivenTheHistoryAgain) {
  Environment one, two;
  start(one, "hermod", 1);
  start(two, "hermod", 0);
  publish(one, "of one");
  wait_ms(5);
  publish(two, "of two");
  ASSERT_TRUE(run_until([&] { return one.listener.texts.size() == 2; }));
  for (const auto& text : one.listener.texts) one.bus->acknowledge({"ann", text.stream_id});
  ASSERT_TRUE(run_until(
      [&] { return mark_of("hermod:{ann}:acked", "1") == one.listener.texts[0].stream_id; }));
  std::optional<Result<ReplayPage>> page;
  one.bus->replay({.user = "ann"}, [&](Result<ReplayPage> answer) { page = std::move(answer); });
  ASSERT_TRUE(run_until([&] { return page.has_value(); }));
  EXPECT_THAT(page->value().entries, IsEmpty());
  stop(one);
  stop(two);
}

TEST_F(BusPrefixTest, TheNamesOfTheDefaultPrefixAreWhatTheyWere) {
  Environment one;
  start(one, "hermod", 0);
  publish(one, "text");
  EXPECT_THAT(server_.command({"PUBSUB", "CHANNELS", "hermod:{ann}:pos"}),
              HasSubstr("hermod:{ann}:pos"));
  EXPECT_THAT(server_.command({"PUBSUB", "CHANNELS", "hermod:canary:*"}),
              HasSubstr("hermod:canary:"));
  EXPECT_EQ(
      server_.command({"EXISTS", "hermod:{ann}:stream", "hermod:{ann}:last", "hermod:generation",
                       "hermod:generation:routed_since", "hermod:generation:mode"}),
      "5");
  EXPECT_EQ(routed_events("ann"), 1);
  stop(one);
}

TEST_F(BusPrefixTest, InAnotherDatabaseTheChannelsCarryItsNumberAndTheKeysDoNot) {
  Environment one;
  start(one, "hermod", 3);
  publish(one, "text");
  EXPECT_THAT(server_.command({"PUBSUB", "CHANNELS", "hermod:3:{ann}:pos"}), HasSubstr("ann"));
  EXPECT_THAT(server_.command({"PUBSUB", "CHANNELS", "hermod:3:canary:*"}), HasSubstr("canary"));
  EXPECT_EQ(server_.command({"PUBSUB", "CHANNELS", "hermod:{ann}:pos"}), "");
  EXPECT_EQ(server_.command({"EVAL", "redis.call('SELECT', 3) return redis.call('XLEN', KEYS[1])",
                             "1", "hermod:{ann}:stream"}),
            "1");
  stop(one);
}

TEST_F(BusPrefixTest, WarnsOfSharedChannelsAtStart) {
  Environment one, two, three;
  start(one, "hermod", 0);
  EXPECT_FALSE(log_.has("all programs on this Redis server share"));
  start(two, "staging", 0, "staging-channel");
  EXPECT_FALSE(log_.has("all programs on this Redis server share"));
  start(three, "staging", 0);
  EXPECT_TRUE(log_.has("all programs on this Redis server share"));
  stop(one);
  stop(two);
  stop(three);
}

}  // namespace
}  // namespace hermod
