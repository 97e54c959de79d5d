// How RedisBus behaves when Redis replies with errors.

#include <filesystem>

#include "integration/bus_redis_fixture.h"
#include "support/scratch_dir.h"

namespace hermod {
namespace {

using test::BusRedisTest;
using test::RedisServer;
using test::RedisServerOptions;

TEST_F(BusRedisTest, ScriptsThatRedisForgotAreLoadedAgain) {
  open();
  publish("ann", "one");
  const StreamId first = replay({.user = "ann"}).value().last;
  server_.command({"SCRIPT", "FLUSH"});
  for (int i = 0; i < 10; ++i) listener_.publish(*bus_, "user-" + std::to_string(i), "two");
  bus_->acknowledge({"ann", first});
  EXPECT_TRUE(replay({.user = "ann"}).ok());
  run_until([&] { return listener_.answers.size() == 11; });
  for (const auto& answer : listener_.answers) EXPECT_EQ(answer.outcome, PublishOutcome::kRouted);
  EXPECT_EQ(listener_.states.size(), 1u);
  server_.command({"SCRIPT", "FLUSH"});
  bus_->acknowledge({"ann", first});
  run_until([&] {
    return server_.command({"HGET", "hermod:{ann}:acked", ""}) == to_string(first);
  });
}

TEST_F(BusRedisTest, AWrongTypeUnderTheStreamIsThatUsersAlone) {
  open();
  server_.command({"SET", "hermod:{ann}:stream", "not a stream"});
  listener_.publish(*bus_, "ann", "one");
  listener_.publish(*bus_, "ann", "two");
  listener_.publish(*bus_, "bob", "three");
  run_until([&] { return listener_.answers.size() == 3; });
  std::map<Ticket, test::RecordingBusListener::Answer> answers;
  for (const auto& answer : listener_.answers) answers[answer.ticket] = answer;
  EXPECT_EQ(answers[1].outcome, PublishOutcome::kRefused);
  EXPECT_EQ(answers[2].outcome, PublishOutcome::kRefused);
  EXPECT_EQ(answers[3].outcome, PublishOutcome::kRouted);
  EXPECT_NE(answers[1].error.find("WRONGTYPE"), std::string::npos);
  const auto page = replay({.user = "ann"});
  ASSERT_TRUE(page.ok());
  EXPECT_TRUE(page.value().entries.empty());
  EXPECT_TRUE(log_.has("cannot be read"));
  EXPECT_EQ(server_.command({"EXISTS", "hermod:{ann}:routed:0", "hermod:{ann}:routed:1",
                             "hermod:{ann}:seen:event-1", "hermod:{ann}:last"}),
            "0");
  EXPECT_TRUE(bus_->status().up);
}

TEST_F(BusRedisTest, AWrongTypeUnderLastOrAckedIsThatUsersAlone) {
  open();
  server_.command({"LPUSH", "hermod:{ann}:last", "x"});
  server_.command({"LPUSH", "hermod:{bob}:acked", "x"});
  publish("ann", "refused");
  EXPECT_EQ(last_outcome(), PublishOutcome::kRefused);
  EXPECT_TRUE(replay({.user = "ann"}).ok());
  publish("bob", "routed");
  EXPECT_EQ(last_outcome(), PublishOutcome::kRouted);
  EXPECT_EQ(replay({.user = "bob"}).value().entries.size(), 1u);
  bus_->acknowledge({"bob", {1, 1}});
  run_until([&] { return log_.has("rejected an acknowledged position"); });
  EXPECT_TRUE(bus_->status().up);
}

TEST_F(BusRedisTest, OutOfMemoryWaitsAndLeavesNoTrace) {
  open();
  publish("ann", "fits");
  server_.command({"CONFIG", "SET", "maxmemory", "1"});
  listener_.publish(*bus_, "ann", "waits", "waiting");
  listener_.publish(*bus_, "ann", "waits too");
  run_until([&] { return listener_.down(); });
  EXPECT_NE(listener_.reasons.back().find("OOM"), std::string::npos);
  EXPECT_EQ(server_.command({"EXISTS", "hermod:{ann}:seen:waiting"}), "0");
  EXPECT_EQ(routed_events("ann"), 1);
  EXPECT_EQ(listener_.answers.size(), 1u);
  const auto page = replay({.user = "ann"}).take();
  EXPECT_EQ(page.entries.size(), 1u);
  bus_->acknowledge({"ann", page.last});
  run_until([&] { return log_.has("rejected an acknowledged position"); });
  server_.command({"CONFIG", "SET", "maxmemory", "0"});
  run_until([&] { return listener_.up() && listener_.answers.size() == 3; });
  const auto entries = replay({.user = "ann", .after = StreamId{}}).value().entries;
  ASSERT_EQ(entries.size(), 3u);
  run_until([&] {
    return server_.command({"HGET", "hermod:{ann}:acked", ""}) == to_string(page.last);
  });
  EXPECT_EQ(entries[1].text, "waits");
  EXPECT_EQ(entries[2].stream_id.count, 3u);
}

TEST_F(BusRedisTest, AReadOnlyRedisIsWaitedFor) {
  open();
  server_.command({"REPLICAOF", "127.0.0.1", "1"});
  listener_.publish(*bus_, "ann", "text");
  run_until([&] { return listener_.down(); });
  EXPECT_NE(listener_.reasons.back().find("READONLY"), std::string::npos);
  server_.command({"REPLICAOF", "NO", "ONE"});
  run_until([&] { return listener_.up() && listener_.answers.size() == 1; });
}

TEST_F(BusRedisTest, AReplicaForLongIsWaitedForWithoutAnyReplay) {
  open();
  subscribe("ann");
  server_.command({"REPLICAOF", "127.0.0.1", "1"});
  listener_.publish(*bus_, "ann", "text");
  run_until([&] { return bus_->status().reconnects >= 2; });
  EXPECT_TRUE(listener_.down());
  EXPECT_EQ(listener_.states.size(), 2u);
  EXPECT_EQ(listener_.subscribed["ann"], 1);
  server_.command({"REPLICAOF", "NO", "ONE"});
  run_until([&] { return listener_.up() && listener_.subscribed["ann"] == 2; });
  EXPECT_EQ(listener_.answers.size(), 1u);
  publish("ann", "behind");
  run_until([&] { return !listener_.texts.empty() && listener_.texts.back().text == "behind"; });
}

// The data check writes every second, which shows without any record that Redis became a replica.
TEST_F(BusRedisTest, AReplicaIsRecognisedWithoutAnyRecord) {
  open();
  subscribe("ann");
  server_.command({"REPLICAOF", "127.0.0.1", "1"});
  ASSERT_TRUE(reason_has("READONLY"));
  EXPECT_TRUE(listener_.down());
  ASSERT_TRUE(run_until([&] { return bus_->status().reconnects >= 1; }));
  server_.command({"REPLICAOF", "NO", "ONE"});
  ASSERT_TRUE(run_until([&] { return listener_.up() && listener_.subscribed["ann"] == 2; }));
  publish("ann", "text");
  EXPECT_TRUE(run_until([&] { return listener_.texts_of("ann").size() == 1; }));
}

TEST_F(BusRedisTest, AReplicaIsNeverUp) {
  server_.command({"REPLICAOF", "127.0.0.1", "1"});
  make(server_.url());
  ASSERT_TRUE(reason_has("READONLY"));
  wait_ms(200);
  EXPECT_TRUE(listener_.states.empty());
}

TEST_F(BusRedisTest, AfterAFailoverTheAddressLeadsToTheNewMaster) {
  RedisServer old_master({.listen = RedisServerOptions::Listen::kUnix});
  RedisServer new_master({.listen = RedisServerOptions::Listen::kUnix});
  const test::ScratchDir dir;
  const std::string address = dir.path().string() + "/redis.sock";
  const auto lead_to = [&address](const RedisServer& server) {
    std::filesystem::remove(address);
    std::filesystem::create_symlink(server.url().substr(std::string("unix://").size()), address);
  };
  lead_to(old_master);
  make("unix://" + address);
  run_until([&] { return listener_.up(); });
  subscribe("ann");
  lead_to(new_master);
  old_master.command({"REPLICAOF", "127.0.0.1", "1"});
  const int64_t since = now_ms();
  listener_.publish(*bus_, "ann", "waits");
  run_until([&] { return listener_.subscribed["ann"] == 2 && listener_.up(); });
  EXPECT_LT(now_ms() - since, 6000);
  ASSERT_EQ(listener_.answers.size(), 1u);
  EXPECT_EQ(last_outcome(), PublishOutcome::kRouted);
  EXPECT_EQ(new_master.command({"XLEN", "hermod:{ann}:stream"}), "1");
  publish("ann", "behind");
  run_until([&] { return !listener_.texts.empty() && listener_.texts.back().text == "behind"; });
}

TEST_F(BusRedisTest, ABusyRedisIsWaitedFor) {
  open();
  server_.command({"CONFIG", "SET", "lua-time-limit", "1"});
  // The script never ends; Redis replies BUSY to all clients until the script is killed.
  std::unique_ptr<FILE, int (*)(FILE*)> client(
      popen(
          ("redis-cli -u " + server_.url() + " eval 'while true do end' 0 >/dev/null 2>&1").c_str(),
          "r"),
      pclose);
  run_until([&] { return server_.command({"GET", "x"}).find("BUSY") != std::string::npos; });
  listener_.publish(*bus_, "ann", "text");
  run_until([&] { return listener_.down(); });
  EXPECT_NE(listener_.reasons.back().find("BUSY"), std::string::npos);
  server_.command({"SCRIPT", "KILL"});
  run_until([&] { return listener_.up() && listener_.answers.size() == 1; });
}

TEST_F(BusRedisTest, ATextThatMayNotBePublishedIsKeptAndSaid) {
  server_.command({"ACL", "SETUSER", "half", "on", ">secret", "+@all", "~*", "resetchannels",
                   "&hermod:*", "&ws:*", "&teacher:check-*"});
  make("redis://half:secret@127.0.0.1:" + std::to_string(server_.port()));
  run_until([&] { return listener_.up(); });
  publish("ann", "kept");
  EXPECT_EQ(last_outcome(), PublishOutcome::kUnpublished);
  EXPECT_FALSE(listener_.answers.back().error.empty());
  EXPECT_TRUE(bus_->status().up);
  EXPECT_NE(bus_->status().reason.find("not published"), std::string::npos);
  const auto entries = replay({.user = "ann"}).value().entries;
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].text, "kept");
  server_.command({"ACL", "SETUSER", "half", "allchannels"});
  publish("ann", "published");
  EXPECT_EQ(last_outcome(), PublishOutcome::kRouted);
  EXPECT_TRUE(bus_->status().reason.empty());
}

TEST_F(BusRedisTest, WhatWasKeptUnpublishedIsToldOfWhenPublishingIsAllowedAgain) {
  server_.command({"ACL", "SETUSER", "half", "on", ">secret", "+@all", "~*", "allchannels"});
  make("redis://half:secret@127.0.0.1:" + std::to_string(server_.port()));
  run_until([&] { return listener_.up(); });
  subscribe("ann");
  server_.command({"ACL", "SETUSER", "half", "-publish"});
  publish("ann", "kept");
  EXPECT_EQ(last_outcome(), PublishOutcome::kUnpublished);
  run_until(
      [&] { return log_.has("Redis is unavailable") || bus_->status().canary_age_ms > 1500; });
  EXPECT_TRUE(bus_->status().up);
  server_.command({"ACL", "SETUSER", "half", "+publish"});
  run_until([&] { return listener_.subscribed["ann"] == 2; });
  EXPECT_TRUE(bus_->status().reason.empty());
  EXPECT_TRUE(listener_.texts.empty());
}

TEST_F(BusRedisTest, WhatMayNotBeRememberedIsUndone) {
  server_.command({"ACL", "SETUSER", "half", "on", ">secret", "+@all", "allchannels", "~*"});
  make("redis://half:secret@127.0.0.1:" + std::to_string(server_.port()));
  run_until([&] { return listener_.up(); });
  server_.command({"ACL", "SETUSER", "half", "resetkeys", "~hermod:generation", "~*:stream",
                   "~*:last", "~*:acked", "%R~*:routed:*", "%R~*:seen:*"});
  listener_.publish(*bus_, "ann", "text");
  run_until([&] { return listener_.down(); });
  EXPECT_EQ(server_.command({"XLEN", "hermod:{ann}:stream"}), "0");
  EXPECT_EQ(server_.command({"EXISTS", "hermod:{ann}:last"}), "0");
  server_.command({"ACL", "SETUSER", "half", "~*"});
  run_until([&] { return listener_.up() && listener_.answers.size() == 1; });
  EXPECT_EQ(replay({.user = "ann"}).value().last.count, 1u);
}

// The message is appended and its stream id is stored before the older form of the event.
TEST_F(BusRedisTest, AFailureAfterTheEventWasStoredIsUndone) {
  server_.command({"ACL", "SETUSER", "half", "on", ">secret", "+@all", "allchannels", "~*"});
  make("redis://half:secret@127.0.0.1:" + std::to_string(server_.port()));
  run_until([&] { return listener_.up(); });
  for (const char* keys : {"%R~*:seen:*", "~*:seen:none"}) {
    server_.command({"ACL", "SETUSER", "half", "resetkeys", "~hermod:generation*", "~*:stream",
                     "~*:last", "~*:acked", "~*:routed:*", keys});
    listener_.publish(*bus_, "ann", "text", "an event");
    run_until([&] { return listener_.down(); });
    EXPECT_EQ(server_.command({"XLEN", "hermod:{ann}:stream"}), "0");
    EXPECT_EQ(routed_events("ann"), 0);
    EXPECT_EQ(server_.command({"EXISTS", "hermod:{ann}:last"}), "0");
    server_.command({"ACL", "SETUSER", "half", "~*"});
    run_until([&] { return listener_.up() && listener_.answers.size() == listener_.last_ticket; });
    EXPECT_EQ(last_outcome(), PublishOutcome::kRouted);
    EXPECT_EQ(routed_events("ann"), 1);
    server_.command({"DEL", "hermod:{ann}:stream", "hermod:{ann}:last", "hermod:{ann}:routed:0",
                     "hermod:{ann}:routed:1", "hermod:{ann}:seen:an event"});
  }
}

TEST_F(BusRedisTest, WithoutTheRightToSubscribeItIsDownAndSaysWhy) {
  server_.command(
      {"ACL", "SETUSER", "mute", "on", ">secret", "+@all", "~*", "-subscribe", "allchannels"});
  make("redis://mute:secret@127.0.0.1:" + std::to_string(server_.port()));
  reason_has("NOPERM");
  EXPECT_TRUE(listener_.states.empty());
  publish("ann", "for other processes");
  EXPECT_EQ(last_outcome(), PublishOutcome::kRouted);
  server_.command({"ACL", "SETUSER", "mute", "+subscribe"});
  run_until([&] { return listener_.up(); });
}

// Before the first record and the first user, so that the readiness is correct.
TEST_F(BusRedisTest, AMissingRightIsNamedAtTheConnectionAndRecovers) {
  server_.command(
      {"ACL", "SETUSER", "half", "on", ">secret", "+@all", "~*", "allchannels", "-xadd"});
  make("redis://half:secret@127.0.0.1:" + std::to_string(server_.port()));
  ASSERT_TRUE(reason_has("the ACL lacks +xadd"));
  EXPECT_FALSE(listener_.up());
  server_.command({"ACL", "SETUSER", "half", "+xadd"});
  ASSERT_TRUE(run_until([&] { return listener_.up(); }));
  publish("ann", "text");
  EXPECT_EQ(last_outcome(), PublishOutcome::kRouted);
}

TEST_F(BusRedisTest, AChannelThatMayNotBeHeardShowsWithoutAnyUser) {
  server_.command({"ACL", "SETUSER", "half", "on", ">secret", "+@all", "~*", "resetchannels",
                   "&hermod:*", "&teacher:*"});
  make("redis://half:secret@127.0.0.1:" + std::to_string(server_.port()));
  ASSERT_TRUE(reason_has("NOPERM"));
  EXPECT_TRUE(listener_.states.empty());
  server_.command({"ACL", "SETUSER", "half", "&ws:*"});
  ASSERT_TRUE(run_until([&] { return listener_.up(); }));
}

TEST_F(BusRedisTest, AClusterNodeIsNamed) {
  RedisServer node({.arguments = {"--cluster-enabled", "yes"}});
  make(node.url());
  ASSERT_TRUE(reason_has("redis+cluster"));
  EXPECT_TRUE(listener_.states.empty());
}

TEST_F(BusRedisTest, EvictionIsAWarning) {
  server_.command({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  open();
  EXPECT_TRUE(
      run_until([&] { return bus_->status().warning.find("allkeys-lru") != std::string::npos; }));
  EXPECT_TRUE(bus_->status().up);
}

TEST_F(BusRedisTest, WithoutTheRightToReadHistoryItIsDownUntilItIsGiven) {
  open();
  subscribe("ann");
  publish("ann", "text");
  server_.command({"ACL", "SETUSER", "default", "-xrange"});
  std::optional<Result<ReplayPage>> page;
  bus_->replay({.user = "ann"}, [&](Result<ReplayPage> answer) { page = std::move(answer); });
  run_until([&] { return listener_.down(); }, std::chrono::seconds(3));
  EXPECT_FALSE(bus_->status().up);
  EXPECT_FALSE(bus_->status().reason.empty());
  EXPECT_FALSE(page.has_value());
  server_.command({"ACL", "SETUSER", "default", "+xrange"});
  run_until([&] { return page.has_value(); });
  ASSERT_TRUE(page->ok());
  EXPECT_EQ(page->value().entries.size(), 1u);
  EXPECT_TRUE(listener_.up());
  EXPECT_EQ(listener_.states.size(), 3u);
}

TEST_F(BusRedisTest, WhereNobodyWaitsForHistoryNoneIsMissed) {
  open();
  subscribe("ann");
  server_.command({"ACL", "SETUSER", "default", "-xrange"});
  bool failed = false;
  bus_->replay({.user = "ann"}, [&](const Result<ReplayPage>& page) { failed = !page; });
  run_until([&] { return listener_.down(); });
  server_.command({"CLIENT", "KILL", "TYPE", "pubsub"});
  run_until([&] { return failed && listener_.up(); });
}

TEST_F(BusRedisTest, ACanaryThatMayNotSingMakesNobodyDeaf) {
  server_.command(
      {"ACL", "SETUSER", "half", "on", ">secret", "+@all", "-publish", "~*", "allchannels"});
  make("redis://half:secret@127.0.0.1:" + std::to_string(server_.port()));
  run_until([&] { return listener_.up(); });
  const int64_t since = now_ms();
  uv::Timer tick(loop(), [] {});
  tick.start(100, 100);
  run_until([&] { return now_ms() - since > 3200; });
  EXPECT_EQ(listener_.states.size(), 1u);
}

class BusRedisPasswordTest : public BusRedisTest {
 protected:
  BusRedisPasswordTest() : guarded_({.password = "open-sesame"}) {}
  RedisServer guarded_;
};

TEST_F(BusRedisPasswordTest, AuthenticatesAndNeverShowsThePassword) {
  make(guarded_.url() + "/3");
  run_until([&] { return listener_.up(); });
  publish("ann", "text");
  EXPECT_EQ(guarded_.command({"EXISTS", "hermod:{ann}:stream"}), "0");
  guarded_.command({"SELECT", "3"});
  EXPECT_EQ(guarded_.command({"EXISTS", "hermod:{ann}:stream"}), "1");
  EXPECT_NE(guarded_.command({"CLIENT", "LIST"}).find("hermod-subscribe"), std::string::npos);
  EXPECT_FALSE(log_.has("open-sesame"));
  EXPECT_EQ(bus_->status().url,
            "redis://***:***@127.0.0.1:" + std::to_string(guarded_.port()) + "/3");
}

TEST_F(BusRedisPasswordTest, AWrongOrMissingPasswordIsSaidAndTriedAgain) {
  const std::string at = "@127.0.0.1:" + std::to_string(guarded_.port());
  make("redis://:open-barley" + at);
  reason_has("the user or the password is refused (WRONGPASS)");
  EXPECT_FALSE(log_.has("open-barley"));
  guarded_.command({"CONFIG", "SET", "requirepass", "open-barley"});
  run_until([&] { return listener_.up(); });
  close();
  make("redis://127.0.0.1:" + std::to_string(guarded_.port()));
  reason_has("NOAUTH");
}

TEST_F(BusRedisPasswordTest, ADatabaseThatIsNotThereIsSaid) {
  make(guarded_.url() + "/9999");
  reason_has("out of range");
}

}  // namespace
}  // namespace hermod
