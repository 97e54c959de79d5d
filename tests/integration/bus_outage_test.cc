// How RedisBus behaves when Redis is absent, stops, freezes or is available again.

#include <filesystem>

#include "integration/bus_redis_fixture.h"
#include "support/scratch_dir.h"

namespace hermod {
namespace {

using test::BusRedisTest;
using test::RedisServer;
using test::RedisServerOptions;

TEST_F(BusRedisTest, AbsentAtStartIsWaitedFor) {
  server_.kill();
  make(server_.url());
  listener_.publish(*bus_, "ann", "early");
  bus_->subscribe("ann");
  reason_has("Connection refused");
  EXPECT_TRUE(listener_.states.empty());
  server_.start();
  const int64_t since = now_ms();
  run_until([&] { return listener_.up() && listener_.answers.size() == 1; });
  EXPECT_LT(now_ms() - since, 1000);
  EXPECT_EQ(last_outcome(), PublishOutcome::kRouted);
  EXPECT_EQ(listener_.subscribed["ann"], 1);
}

TEST_F(BusRedisTest, ComesBackWithinASecondAfterARestart) {
  open();
  subscribe("ann");
  for (int i = 0; i < 3; ++i) {
    server_.kill();
    run_until([&] { return listener_.down(); });
    server_.start();
    const int64_t since = now_ms();
    run_until([&] { return listener_.up(); });
    publish("ann", "again");
    run_until([&] { return listener_.texts.size() == static_cast<size_t>(i) + 1; });
    EXPECT_LT(now_ms() - since, 1000);
  }
  EXPECT_EQ(listener_.subscribed["ann"], 4);
}

TEST_F(BusRedisTest, ARestartWithoutDataIsToldBeforeSubscriptionsStandAgain) {
  open();
  subscribe("ann");
  publish("ann", "before");
  run_until([&] { return listener_.texts.size() == 1; });
  const StreamId old = listener_.texts[0].stream_id;
  int losses_when_subscribed = -1;
  listener_.when_subscribed = [&](const std::string&) {
    losses_when_subscribed = listener_.memory_losses;
  };
  bus_->acknowledge({"ann", old});
  server_.kill();
  run_until([&] { return listener_.down(); });
  server_.start_empty();
  run_until([&] { return listener_.up(); });
  EXPECT_EQ(losses_when_subscribed, 1);
  EXPECT_EQ(listener_.old_stream_ids, OldStreamIds::kVoid);
  EXPECT_TRUE(log_.has("lost its data"));
  publish("ann", "after");
  run_until([&] { return listener_.texts.size() == 2; });
  EXPECT_EQ(listener_.texts[1].stream_id.count, 1u);
}

TEST_F(BusRedisTest, AFreezeIsNoticedWithinThreeSecondsAndHealsByItself) {
  open();
  subscribe("ann");
  run_until([&] { return bus_->status().canary_age_ms >= 0; });
  server_.freeze();
  const int64_t since = now_ms();
  run_until([&] { return listener_.down(); });
  EXPECT_LE(now_ms() - since, 3000);
  listener_.publish(*bus_, "ann", "meanwhile");
  server_.thaw();
  run_until([&] { return listener_.up() && listener_.texts.size() == 1; });
  EXPECT_EQ(listener_.subscribed["ann"], 1);  // the links did not reconnect
  EXPECT_EQ(bus_->status().reconnects, 0u);
}

TEST_F(BusRedisTest, ASilentRedisGetsNewLinks) {
  make(RedisUrl::parse(server_.url()).take(), 1500);
  run_until([&] { return listener_.up(); });
  subscribe("ann");
  server_.freeze();
  listener_.publish(*bus_, "ann", "sent into the silence");
  reason_has("no answer");
  server_.thaw();
  run_until([&] { return listener_.up() && listener_.answers.size() == 1; });
  EXPECT_GE(listener_.subscribed["ann"], 2);
  // Exactly once, whether or not the frozen Redis executed the commands of the old link.
  EXPECT_EQ(server_.command({"XLEN", "hermod:{ann}:stream"}), "1");
}

TEST_F(BusRedisTest, AnAnswerThatIsOnlySlowIsNoOutage) {
  open();
  server_.freeze();
  listener_.publish(*bus_, "ann", "slow");
  uv::Timer thaw(loop(), [&] { server_.thaw(); });
  thaw.start(700);
  run_until([&] { return listener_.answers.size() == 1; });
  EXPECT_EQ(last_outcome(), PublishOutcome::kRouted);
  EXPECT_EQ(listener_.states.size(), 1u);
}

TEST_F(BusRedisTest, TheSubscribeLinkAloneIsRestoredAndRoutingGoesOn) {
  open();
  subscribe("ann");
  listener_.states.clear();
  EXPECT_EQ(server_.command({"CLIENT", "KILL", "TYPE", "pubsub"}), "1");
  listener_.publish(*bus_, "ann", "in the gap");
  run_until([&] { return listener_.down(); });
  run_until([&] { return listener_.answers.size() == 1; });
  run_until([&] { return listener_.up(); });
  EXPECT_EQ(listener_.subscribed["ann"], 2);
  EXPECT_EQ(replay({.user = "ann"}).value().entries.size(), 1u);
  publish("ann", "live");
  run_until([&] { return listener_.texts.size() == 1; });
}

// More users than one loop iteration handles; some leave and some join in between.
TEST_F(BusRedisTest, TheSubscriptionsOfManyUsersAreRestoredSomeAtATime) {
  open();
  const auto user = [](int i) { return "user " + std::to_string(i); };
  for (int i = 0; i < 3000; ++i) bus_->subscribe(user(i));
  run_until([&] { return listener_.subscribed.size() == 3000; });
  server_.command({"CLIENT", "KILL", "TYPE", "pubsub"});
  run_until([&] { return listener_.down(); });
  for (int i = 0; i < 3000; i += 3) bus_->unsubscribe(user(i));
  for (int i = 0; i < 3000; i += 6) bus_->subscribe(user(i));
  for (int i = 3000; i < 3100; ++i) bus_->subscribe(user(i));
  run_until([&] { return listener_.up(); });
  for (int i = 0; i < 3100; ++i) {
    const bool left = i < 3000 && i % 6 == 3;
    EXPECT_EQ(listener_.subscribed[user(i)], left || i >= 3000 ? 1 : 2) << i;
  }
  // Three channels per user, those of the user that tests the rights, and the canary channel.
  const std::string channels = std::to_string(3 * (3100 - 500) + 3 + 1);
  EXPECT_EQ(server_.command({"EVAL", "return #redis.call('PUBSUB', 'CHANNELS')", "0"}), channels);
}

// More messages than a history keeps: a replay would not have the first of them.
TEST_F(BusRedisTest, WhatWaitedIsPublishedOnceTheSubscriptionsStand) {
  open();
  subscribe("ann");
  server_.kill();
  run_until([&] { return listener_.down(); });
  for (int i = 0; i < 600; ++i) listener_.publish(*bus_, "ann", std::to_string(i));
  server_.start();
  run_until([&] { return listener_.answers.size() == 600 && listener_.texts.size() == 600; });
  EXPECT_EQ(listener_.texts.front().text, "0");
  EXPECT_EQ(listener_.subscribed["ann"], 2);
}

TEST_F(BusRedisTest, TheCommandLinkAloneIsRestored) {
  open();
  subscribe("ann");
  listener_.states.clear();
  for (int i = 0; i < 500; ++i) listener_.publish(*bus_, "ann", std::to_string(i));
  EXPECT_NE(server_.command({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"}), "0");
  run_until([&] { return listener_.answers.size() == 500 && listener_.texts.size() == 500; });
  run_until([&] { return listener_.up(); });
  EXPECT_EQ(listener_.subscribed["ann"], 1);
  for (size_t i = 0; i < 500; ++i) {
    EXPECT_EQ(listener_.texts[i].text, std::to_string(i));
    EXPECT_EQ(listener_.texts[i].stream_id.count, i + 1);
  }
}

// The subscription link received messages after the loss, so the known stream ids stay valid.
TEST_F(BusRedisTest, LostDataAndTheLossOfTheCommandLinkAloneVoidNothing) {
  open();
  subscribe("ann");
  publish("ann", "before");
  wait_ms(2);
  server_.command({"FLUSHALL"});
  publish("ann", "since");
  EXPECT_NE(server_.command({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"}), "0");
  run_until([&] { return listener_.memory_losses == 1 && listener_.texts.size() == 2; });
  EXPECT_EQ(listener_.old_stream_ids, OldStreamIds::kBelow);
  EXPECT_EQ(listener_.subscribed["ann"], 1);
  EXPECT_GT(listener_.texts[1].stream_id, listener_.texts[0].stream_id);
  const int64_t heard_ms = now_ms();
  run_until([&] { return now_ms() - heard_ms > 200 && bus_->status().canary_age_ms < 200; });
  server_.command({"CLIENT", "KILL", "TYPE", "pubsub"});
  run_until([&] { return listener_.subscribed["ann"] == 2; });
  EXPECT_EQ(listener_.memory_losses, 1);
}

// Only the command link reconnected, and leads to another Redis than the subscription link.
TEST_F(BusRedisTest, LostDataOfAnotherRedisVoidsWhatTheSubscribeLinkKnewOnceItEnds) {
  RedisServer other({.listen = RedisServerOptions::Listen::kUnix});
  RedisServer first({.listen = RedisServerOptions::Listen::kUnix});
  const test::ScratchDir dir;
  const std::string address = dir.path().string() + "/redis.sock";
  const auto lead_to = [&address](const RedisServer& server) {
    std::filesystem::remove(address);
    std::filesystem::create_symlink(server.url().substr(std::string("unix://").size()), address);
  };
  lead_to(first);
  make(RedisUrl::parse("unix://" + address).take(), 1500);
  run_until([&] { return listener_.up(); });
  subscribe("ann");
  lead_to(other);
  first.command({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
  run_until([&] { return listener_.memory_losses == 1; });
  EXPECT_EQ(listener_.old_stream_ids, OldStreamIds::kBelow);
  run_until([&] { return listener_.subscribed["ann"] == 2 && listener_.up(); });
  EXPECT_EQ(listener_.old_stream_ids, OldStreamIds::kVoid);
  publish("ann", "there");
  run_until([&] { return !listener_.texts.empty() && listener_.texts.back().text == "there"; });
}

TEST_F(BusRedisTest, ReplayOutlivesTheLossOfTheCommandLink) {
  open();
  publish("ann", "kept");
  server_.freeze();
  std::optional<Result<ReplayPage>> answer;
  bus_->replay({.user = "ann"}, [&](Result<ReplayPage> page) { answer = std::move(page); });
  settle();
  server_.thaw();
  server_.command({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
  run_until([&] { return answer.has_value(); });
  ASSERT_TRUE(answer->ok());
  EXPECT_EQ(answer->value().entries.size(), 1u);
}

// Each second: the timer, the replies on both links, and the canary's message and reply. Some of
// them arrive together.
TEST_F(BusRedisTest, IdleCostsAtMostFiveWakeUpsASecond) {
  open();
  settle();
  int turns = 0;
  const int64_t since = now_ms();
  run_until([&] {
    ++turns;  // called twice per loop iteration and once more
    return now_ms() - since > 3000;
  });
  EXPECT_LE(turns / 3, 4 * 5);  // the window touches up to four of them
}

TEST_F(BusRedisTest, SpeaksThroughAUnixSocketAndALookedUpName) {
  RedisServer unix_server({.listen = RedisServerOptions::Listen::kUnix});
  make(unix_server.url());
  run_until([&] { return listener_.up(); });
  publish("ann", "text");
  EXPECT_EQ(unix_server.command({"XLEN", "hermod:{ann}:stream"}), "1");
  close();
  listener_.states.clear();
  make("redis://localhost:" + std::to_string(server_.port()));
  run_until([&] { return listener_.up(); });
  close();
  make("redis://no-such-host.invalid:1");
  reason_has("look up no-such-host.invalid");
}

TEST_F(BusRedisTest, MarksOutliveTheLossOfTheirLink) {
  RedisServer kept({.data = RedisServerOptions::Data::kKept});
  make(kept.url());
  run_until([&] { return listener_.up(); });
  publish("ann", "text");
  const StreamId last = replay({.user = "ann"}).value().last;
  kept.freeze();
  bus_->acknowledge({"ann", last});
  wait_ms(250);  // the write is in flight
  kept.kill();
  run_until([&] { return listener_.down(); });
  kept.start();
  run_until([&] { return kept.command({"HGET", "hermod:{ann}:acked", ""}) == to_string(last); });
}

TEST_F(BusRedisTest, MarksOfALostMemoryAreNotWritten) {
  open();
  publish("ann", "text");
  const StreamId last = replay({.user = "ann"}).value().last;
  server_.freeze();
  bus_->acknowledge({"ann", last});
  wait_ms(250);
  bus_->acknowledge({"bob", last});
  server_.kill();
  run_until([&] { return listener_.down(); });
  server_.start();
  run_until([&] { return listener_.up() && listener_.memory_losses == 1; });
  bus_->acknowledge({"cleo", {1, 1}});
  run_until([&] { return server_.command({"EXISTS", "hermod:{cleo}:acked"}) == "1"; });
  EXPECT_EQ(server_.command({"EXISTS", "hermod:{ann}:acked", "hermod:{bob}:acked"}), "0");
}

TEST_F(BusRedisTest, ClosesInEveryState) {
  make(server_.url());
  close();  // immediately
  make(server_.url());
  settle();
  close();  // during the greeting
  server_.kill();
  make(server_.url());
  run_until([&] { return bus_->status().reason.find("refused") != std::string::npos; });
  close();  // between attempts
  server_.start();
  listener_.states.clear();
  open();
  server_.freeze();
  bus_->acknowledge({"ann", {1, 1}});
  close();  // Redis does not reply, and an ack cursor waits
  server_.thaw();
  RedisBusOptions options;
  options.url = RedisUrl::parse(server_.url()).take();
  bus_ = std::make_unique<RedisBus>(loop(), clock_, log_, options);
  close();  // never started
}

}  // namespace
}  // namespace hermod
