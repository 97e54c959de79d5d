// The publishing modes of RedisBus: what is on which channel, and that processes use the same mode.

#include <gmock/gmock.h>

#include "base/trace_context.h"
#include "integration/bus_redis_fixture.h"
#include "redis_schema/event_hash.h"

namespace hermod {
namespace {

using test::RecordingBusListener;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kTrace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

class BusModeTest : public test::BusRedisTest, public ::testing::WithParamInterface<PublishMode> {
 protected:
  RedisBusOptions options(PublishMode mode) const {
    RedisBusOptions options;
    options.url = RedisUrl::parse(server_.url()).take();
    options.mode = mode;
    if (mode == PublishMode::kText) options.publish_channel.clear();
    return options;
  }

  void open(const RedisBusOptions& options) {
    bus_ = std::make_unique<RedisBus>(loop(), clock_, log_, options);
    ASSERT_TRUE(bus_->start(listener_, listener_));
    ASSERT_TRUE(run_until([&] { return listener_.up(); }));
  }
  void open() { open(options(GetParam())); }

  // Publishes as another process of the same mode does.
  void say(const std::string& message) {
    server_.command({std::string(publish_command(GetParam())), "hermod:{ann}:text", message});
  }

  // The channels that are subscribed to and match the pattern, sharded ones included.
  std::string subscribed(const std::string& pattern) {
    return server_.command({"PUBSUB", "CHANNELS", pattern}) + "\n" +
           server_.command({"PUBSUB", "SHARDCHANNELS", pattern});
  }
};

TEST_P(BusModeTest, AMessageArrivesWithItsStreamIdAndTrace) {
  open();
  const std::string odd = "o{d}d ";
  const std::string text = std::string("\n\r\n 1-2 3\n{\"a\":\"\\u0000\"}") + '\0';
  for (const std::string& user : {std::string("ann"), odd}) subscribe(user);
  listener_.publish(*bus_, "ann", text, "an event", kTrace);
  listener_.publish(*bus_, odd, "");
  listener_.publish(*bus_, odd, std::string(900'000, 'x'));
  ASSERT_TRUE(run_until([&] { return listener_.texts.size() == 3; }));
  ASSERT_THAT(listener_.texts_of("ann"), ElementsAre(text));
  EXPECT_THAT(listener_.texts_of(odd), ElementsAre("", std::string(900'000, 'x')));
  for (const auto& got : listener_.texts) {
    EXPECT_TRUE(got.stream_id);
    EXPECT_EQ(static_cast<bool>(got.trace), got.user == "ann");
    const bool traced = got.user == "ann";
    EXPECT_EQ(traced ? format_traceparent(got.trace) : kTrace, kTrace);
  }
  EXPECT_EQ(bus_->status().external_dropped, 0u);
}

TEST_P(BusModeTest, OnlyTheOwnChannelOfTheModeIsUsed) {
  open();
  subscribe("ann");
  EXPECT_THAT(subscribed("*"), HasSubstr("hermod:{ann}:text"));
  EXPECT_THAT(subscribed("*"), HasSubstr("ws:ann"));
  EXPECT_THAT(subscribed("*"), HasSubstr("hermod:canary:"));
  EXPECT_THAT(subscribed("*"), Not(HasSubstr(":pos")));
  const bool sharded = GetParam() == PublishMode::kSharded;
  EXPECT_EQ(server_.command({"PUBSUB", "SHARDCHANNELS", "hermod:{ann}:text"}),
            sharded ? "hermod:{ann}:text" : "");
  EXPECT_EQ(server_.command({"PUBSUB", "SHARDCHANNELS", "hermod:canary:*"}).empty(), !sharded);
  server_.command({"PUBLISH", "teacher:ann:notifications", "of another program"});
  ASSERT_TRUE(run_until([&] { return listener_.texts.size() == 1; }));
  EXPECT_FALSE(listener_.texts[0].stream_id);
  bus_->unsubscribe("ann");
  EXPECT_TRUE(run_until([&] { return subscribed("*ann*") == "\n"; }));
  EXPECT_GE(bus_->status().canary_age_ms, 0);
}

TEST_P(BusModeTest, WorksWithoutListenChannels) {
  RedisBusOptions only_own = options(GetParam());
  only_own.listen_channels.clear();
  open(only_own);
  for (const char* user : {"ann", "}b{"}) {
    subscribe(user);
    listener_.publish(*bus_, user, "text");
    ASSERT_TRUE(run_until([&] { return listener_.texts_of(user).size() == 1; }));
  }
  server_.command({"CLIENT", "KILL", "TYPE", "pubsub"});
  ASSERT_TRUE(run_until([&] { return listener_.subscribed["}b{"] == 2; }));
  listener_.publish(*bus_, "}b{", "after the reconnection");
  EXPECT_TRUE(run_until([&] { return listener_.texts_of("}b{").size() == 2; }));
}

TEST_P(BusModeTest, MalformedMessagesAreDroppedAndCounted) {
  open();
  subscribe("ann");
  // Until Redis' time is known, no stream id is later than it.
  size_t said = 0;
  ASSERT_TRUE(run_until([&] {
    if (listener_.texts.size() < said) return false;
    if (said > 0 && !listener_.texts.back().stream_id) return true;
    say("99999999999999-1 3\nlater");
    ++said;
    return false;
  }));
  listener_.texts.clear();
  const char* const malformed[] = {"", "text", "\n", "1-2\ntext", "1-2 x\ntext", "0-0 1\ntext"};
  for (const char* message : malformed) say(message);
  say("1-2 3\n\xff");
  say("1-2 3\ngood");
  say("99999999999999-2 3\nlater than the time");
  ASSERT_TRUE(run_until([&] { return listener_.texts.size() == 2; }));
  EXPECT_EQ(listener_.texts[0].text, "good");
  EXPECT_EQ(listener_.texts[0].stream_id, (StreamId{1, 2}));
  EXPECT_EQ(listener_.texts[1].text, "later than the time");
  EXPECT_FALSE(listener_.texts[1].stream_id);
  EXPECT_EQ(bus_->status().external_dropped, std::size(malformed) + 1);
  EXPECT_EQ(bus_->status().reconnects, 0u);
}

TEST_P(BusModeTest, ManyUsersAreSubscribedAndRestored) {
  open();
  std::vector<std::string> users;
  for (int i = 0; i < 1200; ++i) users.push_back("user-" + std::to_string(i));
  for (const std::string& user : users) bus_->subscribe(user);
  ASSERT_TRUE(run_until([&] { return listener_.subscribed.size() == users.size(); }));
  server_.command({"CLIENT", "KILL", "TYPE", "pubsub"});
  ASSERT_TRUE(run_until([&] {
    for (const std::string& user : users) {
      if (listener_.subscribed[user] != 2) return false;
    }
    return listener_.up();
  }));
  for (const std::string& user : users) listener_.publish(*bus_, user, "to " + user);
  ASSERT_TRUE(run_until([&] { return listener_.texts.size() == users.size(); }));
}

INSTANTIATE_TEST_SUITE_P(, BusModeTest,
                         ::testing::Values(PublishMode::kText, PublishMode::kSharded),
                         [](const auto& one) { return std::string(name_of(one.param)); });

class BusOtherModeTest : public BusModeTest {
 protected:
  static constexpr const char* kMode = "hermod:generation:mode";

  // A second process. It is closed by the test.
  void start(const RedisBusOptions& options) {
    other_ = std::make_unique<RedisBus>(loop(), clock_, log_, options);
    ASSERT_TRUE(other_->start(other_listener_, other_listener_));
  }
  bool other_says(const std::string& words) {
    return run_until([&] { return other_->status().reason.find(words) != std::string::npos; });
  }

  void TearDown() override {
    bool closed = other_ == nullptr;
    if (other_) other_->close([&] { closed = true; });
    run_until([&] { return closed; });
    other_.reset();
    BusModeTest::TearDown();
  }

  RecordingBusListener other_listener_;
  std::unique_ptr<RedisBus> other_;
};

TEST_F(BusOtherModeTest, AProcessWithAnotherModeIsNotReadyAndNamesBoth) {
  open(options(PublishMode::kClassic));
  EXPECT_EQ(server_.command({"GET", kMode}), "classic");
  start(options(PublishMode::kText));
  ASSERT_TRUE(other_says("in the mode text"));
  EXPECT_THAT(other_->status().reason, HasSubstr("in the mode classic"));
  other_listener_.publish(*other_, "ann", "waits");
  subscribe("ann");
  publish("ann", "text");
  ASSERT_TRUE(run_until([&] { return listener_.texts.size() == 1; }));
  EXPECT_THAT(other_listener_.states, IsEmpty());
  EXPECT_THAT(other_listener_.answers, IsEmpty());
  EXPECT_TRUE(listener_.up());
  close();
  server_.command({"DEL", kMode});  // it expires
  ASSERT_TRUE(run_until([&] { return other_listener_.up(); }));
  EXPECT_EQ(server_.command({"GET", kMode}), "text");
  EXPECT_TRUE(run_until([&] { return other_listener_.answers.size() == 1; }));
}

TEST_F(BusOtherModeTest, AProcessOfTheSameModeIsReady) {
  open(options(PublishMode::kText));
  start(options(PublishMode::kText));
  ASSERT_TRUE(run_until([&] { return other_listener_.up(); }));
  EXPECT_NEAR(std::stol(server_.command({"TTL", kMode})), 60, 3);
}

TEST_F(BusOtherModeTest, AModeThatWasChangedMeanwhileEndsTheService) {
  open(options(PublishMode::kClassic));
  server_.command({"FLUSHALL"});
  server_.command({"SET", kMode, "sharded"});
  ASSERT_TRUE(run_until([&] { return listener_.down(); }));
  EXPECT_TRUE(reason_has("in the mode sharded"));
}

TEST_F(BusOtherModeTest, AnUnreadableModeDoesNotPreventTheService) {
  server_.command({"LPUSH", kMode, "no mode"});
  open(options(PublishMode::kClassic));
  EXPECT_TRUE(bus_->status().up);
}

TEST_F(BusOtherModeTest, EntriesHaveTheEventHashIfAsked) {
  RedisBusOptions asked = options(PublishMode::kClassic);
  asked.entries_have_hash = true;
  open(asked);
  listener_.publish(*bus_, "ann", "traced", "first", kTrace);
  listener_.publish(*bus_, "ann", "not traced", "second");
  server_.command({"XADD", "hermod:{bob}:stream", "1-1", "text", "of an older process"});
  ASSERT_TRUE(run_until([&] { return listener_.answers.size() == 2; }));
  const auto page = replay({.user = "ann"}).take();
  ASSERT_EQ(page.entries.size(), 2u);
  EXPECT_EQ(page.entries[0].event_hash, event_hash("first"));
  EXPECT_EQ(page.entries[0].traceparent, kTrace);
  EXPECT_EQ(page.entries[1].event_hash, event_hash("second"));
  EXPECT_EQ(page.entries[1].traceparent, "");
  EXPECT_EQ(page.entries[1].text, "not traced");
  const auto old =
      replay({.user = "bob", .after = StreamId{}, .reach = ReplayRequest::Reach::kGap});
  ASSERT_EQ(old.value().entries.size(), 1u);
  EXPECT_EQ(old.value().entries[0].event_hash, 0u);
}

}  // namespace
}  // namespace hermod
