// The guarantees of src/bus/bus.h, tested on every implementation.

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "bus/bus.h"
#include "bus/memory_bus.h"
#include "redis_bus/redis_bus.h"
#include "redis_transport/tls_context.h"
#include "support/loop_test.h"
#include "support/recording_bus_listener.h"
#include "support/recording_log.h"
#include "support/recording_presence.h"
#include "support/redis_cluster.h"
#include "support/redis_sentinels.h"
#include "support/redis_server.h"
#include "support/tls_authority.h"
#include "uv/timer.h"

namespace hermod {
namespace {

struct WorldOptions {
  uint64_t notification_ttl_s = 300;
  uint64_t history_max = 256;
  std::string process = "one";
  uint64_t presence_grace_ms = 0;  // 0: presence events are off
};

// The system clock plus the leaps of a test.
class ShiftedClock final : public Clock {
 public:
  int64_t wall_ms() const override { return clock_.wall_ms() + ahead_ms_; }
  int64_t steady_ms() const override { return clock_.steady_ms() + ahead_ms_; }
  void leap(int64_t ms) { ahead_ms_ += ms; }

 private:
  SystemClock clock_;
  int64_t ahead_ms_ = 0;
};

// An implementation with the environment that it needs.
class BusFixture {
 public:
  virtual ~BusFixture() = default;
  virtual std::unique_ptr<Bus> make(uv_loop_t* loop, const WorldOptions& options) = 0;
  virtual void publish_external(const std::string& user,
                                const std::string& text) = 0;  // as an external program
  virtual void go_down() = 0;                                  // an outage; the data is kept
  virtual void come_up() = 0;
  virtual void lose_memory() = 0;
  virtual void pass(uint64_t seconds) = 0;  // reduces the lifetime of the data by this

  // Of one shard, on a bus with several.
  virtual ShardId shards() const { return 1; }
  virtual void take_down(ShardId /*shard*/) {}
  virtual void bring_up(ShardId /*shard*/) {}
  virtual void empty(ShardId /*shard*/) {}
  virtual void move_user(const std::string& /*user*/, ShardId /*to*/) {}

 protected:
  ShiftedClock clock_;
  test::RecordingLog log_;
};

class MemoryBusFixture final : public BusFixture {
 public:
  explicit MemoryBusFixture(ShardId shards) : shards_(shards) {}

  std::unique_ptr<Bus> make(uv_loop_t* loop, const WorldOptions& options) override {
    MemoryBusOptions memory;
    memory.notification_ttl_s = options.notification_ttl_s;
    memory.history_max = options.history_max;
    memory.shards = shards_;
    memory.process = options.process;
    memory.presence = presence_;
    memory.presence_grace_ms = options.presence_grace_ms;
    auto bus = std::make_unique<MemoryBus>(loop, clock_, log_, memory);
    bus_ = bus.get();
    return bus;
  }
  void publish_external(const std::string& user, const std::string& text) override {
    bus_->publish_external(user, text);
  }
  void go_down() override { bus_->go_down("a test"); }
  void come_up() override { bus_->come_up(); }
  void lose_memory() override { bus_->lose_memory(); }
  void pass(uint64_t seconds) override { clock_.leap(static_cast<int64_t>(seconds) * 1000); }
  ShardId shards() const override { return shards_; }
  void take_down(ShardId shard) override { bus_->go_down(shard, "a test"); }
  void bring_up(ShardId shard) override { bus_->come_up(shard); }
  void empty(ShardId shard) override { bus_->lose_memory(shard); }
  void move_user(const std::string& user, ShardId to) override { bus_->move_user(user, to); }

 private:
  ShardId shards_;
  std::shared_ptr<MemoryPresence> presence_ = std::make_shared<MemoryPresence>();
  MemoryBus* bus_ = nullptr;
};

// The servers of a deployment, as a test uses them.
class RedisDeployment {
 public:
  virtual ~RedisDeployment() = default;
  virtual std::string url() const = 0;
  virtual std::vector<test::RedisServer*> masters() = 0;
  virtual void wait_until_ok() {}  // after all masters were started again
};

class SingleRedis final : public RedisDeployment {
 public:
  explicit SingleRedis(const test::RedisServerOptions& options) : server_(options) {}
  std::string url() const override { return server_.url(); }
  std::vector<test::RedisServer*> masters() override { return {&server_}; }

 private:
  test::RedisServer server_;
};

class SentinelRedis final : public RedisDeployment {
 public:
  explicit SentinelRedis(const test::RedisServerOptions& options)
      : sentinels_({.replicas = 0, .sentinels = 1, .node = options}) {}
  std::string url() const override { return sentinels_.url(); }
  std::vector<test::RedisServer*> masters() override { return {&sentinels_.master()}; }

 private:
  test::RedisSentinels sentinels_;
};

class ClusterRedis final : public RedisDeployment {
 public:
  static constexpr ShardId kMasters = 3;

  explicit ClusterRedis(const test::RedisServerOptions& options)
      : cluster_({.masters = kMasters, .replicas = 0, .node = options}) {}
  std::string url() const override { return cluster_.url(); }
  std::vector<test::RedisServer*> masters() override {
    std::vector<test::RedisServer*> all;
    for (size_t i = 0; i < cluster_.size(); ++i) all.push_back(&cluster_.node(i));
    return all;
  }
  void wait_until_ok() override { cluster_.wait_until_ok(); }

 private:
  test::RedisCluster cluster_;
};

class RedisBusFixture final : public BusFixture {
 public:
  enum class Kind { kSingle, kTls, kSentinel, kCluster };

  RedisBusFixture(Kind kind, PublishMode mode) : kind_(kind), mode_(mode) {
    test::RedisServerOptions options;
    options.data = test::RedisServerOptions::Data::kKept;
    if (kind == Kind::kTls) {
      options.tls = {.ca_file = authority_.ca_file(), .certificate = authority_.issue("server")};
    }
    if (kind == Kind::kSentinel)
      redis_ = std::make_unique<SentinelRedis>(options);
    else if (kind == Kind::kCluster)
      redis_ = std::make_unique<ClusterRedis>(options);
    else
      redis_ = std::make_unique<SingleRedis>(options);
  }

  std::unique_ptr<Bus> make(uv_loop_t* loop, const WorldOptions& options) override {
    RedisBusOptions redis;
    redis.url = RedisUrl::parse(redis_->url()).take();
    if (redis.url.tls) {
      redis.tls = TlsContext::create({.ca_file = authority_.ca_file()}, log_).take();
    }
    redis.notification_ttl_s = options.notification_ttl_s;
    redis.history_max = options.history_max;
    redis.mode = mode_;
    redis.process = options.process;
    redis.presence_grace_ms = options.presence_grace_ms;
    if (mode_ == PublishMode::kText) redis.publish_channel.clear();
    return std::make_unique<RedisBus>(loop, clock_, log_, redis);
  }
  void publish_external(const std::string& user, const std::string& text) override {
    redis_->masters().front()->command({"PUBLISH", "ws:" + user, text});
  }
  void go_down() override {
    for (test::RedisServer* const server : redis_->masters()) server->kill();
  }
  void come_up() override {
    for (test::RedisServer* const server : redis_->masters()) server->start();
    redis_->wait_until_ok();
  }
  void lose_memory() override {
    for (test::RedisServer* const server : redis_->masters()) server->command({"FLUSHALL"});
  }
  void pass(uint64_t seconds) override {
    for (test::RedisServer* const server : redis_->masters()) {
      server->command({"EVAL",
                       "for _, key in ipairs(redis.call('KEYS', '*')) do "
                       "local left = redis.call('TTL', key) "
                       "if left >= 0 then redis.call('EXPIRE', key, left - ARGV[1]) end end",
                       "0", std::to_string(seconds)});
    }
  }
  ShardId shards() const override { return kind_ == Kind::kCluster ? ClusterRedis::kMasters : 1; }

 private:
  Kind kind_;
  PublishMode mode_;
  test::TlsAuthority authority_;
  std::unique_ptr<RedisDeployment> redis_;
};

class BusContract : public test::LoopTest, public ::testing::WithParamInterface<const char*> {
 protected:
  void open(WorldOptions options = {}) {
    using Kind = RedisBusFixture::Kind;
    const auto redis = [this](Kind kind, PublishMode mode) {
      fixture_ = std::make_unique<RedisBusFixture>(kind, mode);
    };
    const std::string name = GetParam();
    if (name == "redis")
      redis(Kind::kSingle, PublishMode::kClassic);
    else if (name == "redis_text")
      redis(Kind::kSingle, PublishMode::kText);
    else if (name == "redis_sharded")
      redis(Kind::kSingle, PublishMode::kSharded);
    else if (name == "redis_tls")
      redis(Kind::kTls, PublishMode::kClassic);
    else if (name == "redis_sentinel")
      redis(Kind::kSentinel, PublishMode::kClassic);
    else if (name == "redis_cluster")
      redis(Kind::kCluster, PublishMode::kSharded);
    else
      fixture_ = std::make_unique<MemoryBusFixture>(name == "memory" ? 1 : 3);
    bus_ = fixture_->make(loop(), options);
    grace_ms_ = options.presence_grace_ms;
    if (grace_ms_ != 0) bus_->report_presence(&presence_);
    ASSERT_TRUE(bus_->start(listener_, listener_));
    ASSERT_TRUE(run_until([&] { return listener_.up(shards()); }));
  }

  void TearDown() override {
    close();
    LoopTest::TearDown();
  }

  void close() {
    close(other_);
    close(bus_);
    listener_ = {};
  }
  void close(std::unique_ptr<Bus>& bus) {
    bool closed = false;
    if (bus) {
      bus->close([&] { closed = true; });
      EXPECT_FALSE(closed);
      run_until([&] { return closed; });
    }
    bus.reset();
  }

  // The bus of another process.
  Bus& other() {
    if (other_) return *other_;
    other_ = fixture_->make(loop(), {.process = "two", .presence_grace_ms = grace_ms_});
    if (grace_ms_ != 0) other_->report_presence(&other_presence_);
    EXPECT_TRUE(other_->start(other_listener_, other_listener_));
    EXPECT_TRUE(run_until([&] { return other_listener_.up(shards()); }));
    return *other_;
  }

  // Asks for a lease of ann, and returns the number that is granted.
  uint32_t lease(uint32_t count, uint32_t held) { return lease(bus(), listener_, count, held); }
  uint32_t lease_other(uint32_t count, uint32_t held) {
    return lease(other(), other_listener_, count, held);
  }
  uint32_t lease(Bus& bus, test::RecordingBusListener& listener, uint32_t count, uint32_t held) {
    std::vector<uint32_t>& answers = listener.leases["ann"];
    answers.clear();
    if (bus.lease({"ann", count, held, 5}) == LeaseAnswer::kGranted) {
      finish_leases(bus, listener);
      return count;
    }
    EXPECT_TRUE(answers.empty());
    run_until([&] { return !answers.empty(); });
    return answers.back();
  }
  // Waits until the leases of before are stored.
  void finish_leases(Bus& bus, test::RecordingBusListener& listener) {
    listener.leases.erase("last");
    if (bus.lease({"last", 1, 0, 5}) == LeaseAnswer::kGranted) return;
    run_until([&] { return listener.leases.contains("last"); });
  }

  Bus& bus() { return *bus_; }
  ShardId shards() const { return fixture_->shards(); }

  void subscribe(const std::string& user) {
    const int before = listener_.subscribed[user];
    bus().subscribe(user);
    ASSERT_TRUE(run_until([&] { return listener_.subscribed[user] > before; }));
  }

  void publish_all(const std::string& user, int count) {
    for (int i = 0; i < count; ++i)
      listener_.publish(bus(), user, "text " + std::to_string(++texts_));
    const size_t all = listener_.last_ticket;
    ASSERT_TRUE(run_until([&] { return listener_.answers.size() == all; }));
  }

  ReplayPage replay(ReplayRequest request) {
    std::optional<Result<ReplayPage>> answer;
    bus().replay(request, [&](Result<ReplayPage> page) { answer = std::move(page); });
    EXPECT_FALSE(answer);
    run_until([&] { return answer.has_value(); });
    EXPECT_TRUE(answer && answer->ok());
    return answer && answer->ok() ? answer->take() : ReplayPage{};
  }

  uint32_t revoke(const RevokeRequest& request) {
    std::optional<uint32_t> stored;
    bus().revoke(request,
                 [&](const Result<uint32_t>& answer) { stored = answer ? answer.value() : 0; });
    EXPECT_FALSE(stored);
    run_until([&] { return stored.has_value(); });
    return stored.value_or(0);
  }

  ReplayPage replay_gap(const std::string& user, std::optional<StreamId> after = {}) {
    return replay({.user = user, .after = after, .reach = ReplayRequest::Reach::kGap});
  }

  // The position at which this connection of the user begins.
  StreamId begin(const std::string& user, const Cursor& cursor) {
    return replay({.user = user, .cursor = cursor}).after;
  }

  // Two tabs of ann, without a name. The first one has confirmed all three messages.
  std::vector<StreamId> two_tabs_and_three_messages() {
    begin("ann", {"", 1});
    begin("ann", {"", 2});
    auto ids = publish_ids("ann", 3);
    bus().acknowledge({"ann", ids.at(2), {"", 1}});
    return ids;
  }

  void end(const std::string& user, const Cursor& cursor, CursorEnd how) {
    bus().end_cursor(user, cursor, how);
  }

  std::vector<StreamId> publish_ids(const std::string& user, int count) {
    const StreamId before = replay_gap(user).last;
    publish_all(user, count);
    std::vector<StreamId> ids;
    for (const auto& entry : replay_gap(user, before).entries) ids.push_back(entry.stream_id);
    return ids;
  }

  static std::vector<StreamId> sorted(std::vector<StreamId> ids) {
    std::ranges::sort(ids);
    return ids;
  }

  void wait_for_mark(const std::string& user, StreamId stream_id) {
    for (int i = 0; i < 200 && replay({.user = user}).after != stream_id; ++i) wait_ms(5);
    EXPECT_EQ(replay({.user = user}).after, stream_id);
  }

  void wait_ms(uint64_t ms) {
    bool over = false;
    uv::Timer timer(loop(), [&] { over = true; });
    timer.start(ms);
    run_until([&] { return over; });
  }

  test::RecordingBusListener listener_;
  std::unique_ptr<BusFixture> fixture_;
  std::unique_ptr<Bus> bus_;
  test::RecordingBusListener other_listener_;
  std::unique_ptr<Bus> other_;
  uint64_t grace_ms_ = 0;
  test::RecordingPresence presence_;
  test::RecordingPresence other_presence_;
  int texts_ = 0;
};

class DeadProcess final : public ProcessLiveness {
 public:
  explicit DeadProcess(std::string process) : process_(std::move(process)) {}
  bool is_dead(std::string_view process) const override { return process == process_; }

 private:
  std::string process_;
};

TEST_P(BusContract, RoutesAUsersTextsInOrderEachOnce) {
  open();
  subscribe("ann");
  publish_all("ann", 200);
  ASSERT_TRUE(run_until([&] { return listener_.texts.size() == 200; }));
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(listener_.texts[i].text, "text " + std::to_string(i + 1));
    EXPECT_EQ(listener_.answers[i].ticket, static_cast<Ticket>(i + 1));
    EXPECT_EQ(listener_.answers[i].outcome, PublishOutcome::kRouted);
  }
}

TEST_P(BusContract, AnswersNeverInsideTheCall) {
  open();
  listener_.publish(bus(), "ann", "text");
  bus().subscribe("ann");
  EXPECT_TRUE(listener_.answers.empty());
  EXPECT_TRUE(listener_.subscribed.empty());
  run_until([&] { return !listener_.answers.empty() && listener_.subscribed["ann"] == 1; });
}

TEST_P(BusContract, NumbersTheStreamIdsOfAUserWithoutGaps) {
  open();
  subscribe("ann");
  subscribe("bob");
  for (int i = 0; i < 100; ++i) {
    listener_.publish(bus(), "ann", "a");
    listener_.publish(bus(), "bob", "b");
  }
  ASSERT_TRUE(run_until([&] { return listener_.texts.size() == 200; }));
  std::map<std::string, StreamId> last;
  for (const auto& text : listener_.texts) {
    EXPECT_EQ(text.stream_id.count, last[text.user].count + 1);
    EXPECT_GE(text.stream_id.ms, last[text.user].ms);
    last[text.user] = text.stream_id;
  }
}

TEST_P(BusContract, DetectsDuplicatesOfOneUser) {
  open();
  subscribe("ann");
  listener_.publish(bus(), "ann", "first", "same");
  listener_.publish(bus(), "ann", "again", "same");
  listener_.publish(bus(), "bob", "another user's", "same");
  run_until([&] { return listener_.answers.size() == 3; });
  listener_.publish(bus(), "ann", "later", "same");
  run_until([&] { return listener_.answers.size() == 4; });
  std::map<Ticket, PublishOutcome> outcomes;
  for (const auto& answer : listener_.answers) outcomes[answer.ticket] = answer.outcome;
  EXPECT_EQ(outcomes[1], PublishOutcome::kRouted);
  EXPECT_EQ(outcomes[2], PublishOutcome::kRepeat);
  EXPECT_EQ(outcomes[3], PublishOutcome::kRouted);
  EXPECT_EQ(outcomes[4], PublishOutcome::kRepeat);
  EXPECT_EQ(listener_.texts_of("ann"), std::vector<std::string>{"first"});
}

TEST_P(BusContract, DropsUnwantedPublications) {
  open();
  listener_.unwanted = {2, 3};
  publish_all("ann", 4);
  std::map<Ticket, PublishOutcome> outcomes;
  for (const auto& answer : listener_.answers) outcomes[answer.ticket] = answer.outcome;
  EXPECT_EQ(outcomes[1], PublishOutcome::kRouted);
  EXPECT_EQ(outcomes[2], PublishOutcome::kForgotten);
  EXPECT_EQ(outcomes[3], PublishOutcome::kForgotten);
  EXPECT_EQ(outcomes[4], PublishOutcome::kRouted);
  EXPECT_EQ(replay_gap("ann").entries.size(), 2u);
}

TEST_P(BusContract, DeliversOnlyToSubscribedUsers) {
  open();
  subscribe("ann");
  subscribe("cleo");
  listener_.publish(bus(), "bob", "nobody hears");
  listener_.publish(bus(), "ann", "one");
  run_until([&] { return listener_.texts.size() == 1; });
  bus().unsubscribe("ann");
  listener_.publish(bus(), "ann", "two");
  listener_.publish(bus(), "cleo", "three");
  run_until([&] { return listener_.answers.size() == 4 && listener_.texts.size() == 2; });
  EXPECT_EQ(listener_.texts[0].text, "one");
  EXPECT_EQ(listener_.texts[1].text, "three");
}

TEST_P(BusContract, TheLeasesOfAllProcessesHaveOneLimit) {
  open();
  EXPECT_EQ(lease(3, 0), 3u);
  EXPECT_EQ(lease_other(3, 0), 2u);
  EXPECT_EQ(lease_other(4, 2), 2u);
  EXPECT_EQ(lease(4, 3), 3u);
  EXPECT_EQ(lease(2, 2), 2u);  // one connection ended
  EXPECT_EQ(lease_other(3, 2), 3u);
  EXPECT_EQ(lease(0, 0), 0u);
  EXPECT_EQ(lease_other(5, 3), 5u);
  EXPECT_EQ(lease(1, 0), 0u);
}

TEST_P(BusContract, GrantedConnectionsStayWhateverTheSumIs) {
  open();
  EXPECT_EQ(lease(5, 0), 5u);
  EXPECT_EQ(lease_other(3, 3), 3u);
  EXPECT_EQ(lease_other(4, 3), 3u);
  EXPECT_EQ(lease(6, 5), 5u);
  EXPECT_EQ(lease(1, 1), 1u);
  EXPECT_EQ(lease_other(5, 3), 4u);
}

TEST_P(BusContract, TheLastLeaseOfManyStays) {
  open();
  for (uint32_t count = 1; count <= 5; ++count) bus().lease({"ann", count, 0, 5});
  bus().lease({"ann", 2, 2, 5});
  finish_leases(bus(), listener_);
  EXPECT_EQ(lease_other(5, 0), 3u);
  bus().lease({"ann", 3, 2, 5});
  bus().lease({"ann", 0, 0, 5});
  finish_leases(bus(), listener_);
  EXPECT_EQ(lease_other(5, 3), 5u);
}

TEST_P(BusContract, TheLeasesOfADeadProcessGiveWay) {
  open();
  const DeadProcess dead("two");
  EXPECT_EQ(lease_other(4, 0), 4u);
  EXPECT_EQ(lease(3, 0), 1u);
  bus().set_liveness(&dead);
  EXPECT_EQ(lease(1, 1), 1u);
  EXPECT_EQ(lease(3, 1), 3u);
  EXPECT_EQ(lease_other(3, 0), 2u);  // its own lease was removed
}

TEST_P(BusContract, DuringAnOutageEverythingIsGranted) {
  open();
  EXPECT_EQ(lease(1, 0), 1u);
  fixture_->go_down();
  ASSERT_TRUE(run_until([&] { return !listener_.up(shards()); }));
  EXPECT_EQ(bus().lease({"ann", 9, 1, 5}), LeaseAnswer::kGranted);
  fixture_->come_up();
  ASSERT_TRUE(run_until([&] { return listener_.up(shards()); }));
  EXPECT_EQ(lease_other(1, 0), 0u);
  EXPECT_EQ(lease(10, 9), 9u);
}

TEST_P(BusContract, AnOutageGrantsWhatWasAsked) {
  open();
  EXPECT_EQ(bus().lease({"ann", 2, 0, 5}), LeaseAnswer::kLater);
  fixture_->go_down();
  run_until([&] { return !listener_.leases["ann"].empty(); });
  EXPECT_EQ(listener_.leases["ann"].back(), 2u);
  fixture_->come_up();
}

TEST_P(BusContract, ALossOfDataLosesTheLeases) {
  open();
  subscribe("ann");
  EXPECT_EQ(lease(4, 0), 4u);
  fixture_->lose_memory();
  ASSERT_TRUE(run_until([&] { return listener_.leases_lost["ann"] > 0; }));
  EXPECT_EQ(lease_other(5, 0), 5u);
}

TEST_P(BusContract, RejoinsAllSubscribedUsers) {
  open();
  for (const char* user : {"ann", "bob", "cleo"}) subscribe(user);
  bus().unsubscribe("bob");
  bus().rejoin_all();
  EXPECT_TRUE(listener_.leases_lost.empty());
  ASSERT_TRUE(run_until([&] { return listener_.leases_lost.size() == 2; }));
  EXPECT_FALSE(listener_.leases_lost.contains("bob"));
}

constexpr uint64_t kShortGraceMs = 300;
constexpr uint64_t kLongGraceMs = 60'000;

TEST_P(BusContract, PresenceEventsCoverAllProcesses) {
  open({.presence_grace_ms = kShortGraceMs});
  lease(1, 0);
  ASSERT_TRUE(run_until([&] { return presence_.states("ann") == "+"; }));
  bus().settle_presence(presence_.of("ann")[0].event(), PresenceOutcome::kWritten);
  lease(2, 1);
  lease_other(1, 0);
  lease(0, 0);
  lease_other(2, 1);
  lease_other(0, 0);
  ASSERT_TRUE(run_until([&] { return other_presence_.states("ann") == "-"; }));
  const int64_t went_ms = other_presence_.of("ann")[0].at_ms;
  EXPECT_GE(went_ms, presence_.of("ann")[0].at_ms + static_cast<int64_t>(kShortGraceMs));
  lease(1, 0);
  ASSERT_TRUE(run_until([&] { return presence_.states("ann") == "++"; }));
  EXPECT_GT(presence_.of("ann")[1].at_ms, went_ms);
  EXPECT_EQ(other_presence_.states("ann"), "-");
}

TEST_P(BusContract, AUserWhoReturnsWithinTheGraceTimeWasNotOffline) {
  open({.presence_grace_ms = kShortGraceMs});
  lease(1, 0);
  bus().lease({"bob", 1, 0, 5});
  lease(0, 0);
  lease_other(1, 0);
  bus().lease({"bob", 0, 0, 5});  // its time ends after that of ann
  ASSERT_TRUE(run_until([&] { return presence_.states("bob") == "+-"; }));
  EXPECT_EQ(presence_.states("ann"), "+");
  EXPECT_EQ(other_presence_.states("ann"), "");
}

TEST_P(BusContract, WithoutAListenerNothingIsAnnounced) {
  open();
  lease(1, 0);
  lease(0, 0);
  EXPECT_TRUE(presence_.events.empty());
}

TEST_P(BusContract, TheSweepAnnouncesTheUsersOfADeadProcess) {
  open({.presence_grace_ms = kLongGraceMs});
  const DeadProcess dead("two");
  bus().set_liveness(&dead);
  lease_other(1, 0);
  other().lease({"bob", 1, 0, 5});
  ASSERT_TRUE(run_until([&] { return other_presence_.states("bob") == "+"; }));
  bus().lease({"bob", 1, 0, 5});
  finish_leases(bus(), listener_);
  for (const test::KeptPresence& one : other_presence_.events) {
    other().settle_presence(one.event(), PresenceOutcome::kWritten);
  }
  finish_leases(other(), other_listener_);
  bus().sweep("two");
  ASSERT_TRUE(run_until([&] { return presence_.states("ann") == "-"; }));
  EXPECT_EQ(presence_.states("bob"), "");
}

TEST_P(BusContract, WhatADeadProcessHasNotWrittenIsAnnouncedAgain) {
  open({.presence_grace_ms = kLongGraceMs});
  const DeadProcess dead("two");
  bus().set_liveness(&dead);
  lease_other(1, 0);
  ASSERT_TRUE(run_until([&] { return other_presence_.states("ann") == "+"; }));
  lease(1, 0);
  EXPECT_EQ(presence_.states("ann"), "");
  bus().sweep("two");
  ASSERT_TRUE(run_until([&] { return presence_.states("ann") == "+"; }));
  EXPECT_EQ(presence_.of("ann")[0].at_ms, other_presence_.of("ann")[0].at_ms);
}

TEST_P(BusContract, AnEventThatFailedIsAnnouncedAgain) {
  open({.presence_grace_ms = kLongGraceMs});
  lease(1, 0);
  ASSERT_TRUE(run_until([&] { return presence_.states("ann") == "+"; }));
  const test::KeptPresence event = presence_.of("ann")[0];
  lease(2, 1);
  EXPECT_EQ(presence_.states("ann"), "+");
  bus().settle_presence(event.event(), PresenceOutcome::kFailed);
  lease(1, 1);
  lease(2, 1);
  ASSERT_TRUE(run_until([&] { return presence_.states("ann") == "++"; }));
  EXPECT_EQ(presence_.of("ann")[1].at_ms, event.at_ms);
  bus().settle_presence(event.event(), PresenceOutcome::kWritten);
  lease(1, 1);
  lease_other(1, 0);
  EXPECT_EQ(presence_.states("ann"), "++");
  EXPECT_EQ(other_presence_.states("ann"), "");
}

TEST_P(BusContract, AProcessThatStartsAnnouncesWhoHasNotReturned) {
  open({.presence_grace_ms = kShortGraceMs});
  lease(1, 0);
  bus().lease({"ann", 0, 0, 5});
  close(bus_);
  EXPECT_EQ(presence_.states("ann"), "+");
  other();
  EXPECT_TRUE(run_until([&] { return other_presence_.states("ann") == "-"; }));
}

TEST_P(BusContract, PresenceIsAnnouncedAfterAnOutage) {
  open({.presence_grace_ms = 10 * kShortGraceMs});
  lease(1, 0);
  ASSERT_TRUE(run_until([&] { return presence_.states("ann") == "+"; }));
  bus().settle_presence(presence_.of("ann")[0].event(), PresenceOutcome::kWritten);
  lease(0, 0);
  fixture_->go_down();
  ASSERT_TRUE(run_until([&] { return !listener_.up(shards()); }));
  bus().lease({"bob", 1, 0, 5});
  EXPECT_EQ(presence_.states("bob"), "");
  EXPECT_EQ(presence_.states("ann"), "+");
  fixture_->come_up();
  ASSERT_TRUE(run_until([&] { return presence_.states("bob") == "+"; }));
  ASSERT_TRUE(run_until([&] { return presence_.states("ann") == "+-"; }));
}

TEST_P(BusContract, PresenceIsAnnouncedAgainAfterALossOfData) {
  open({.presence_grace_ms = kShortGraceMs});
  subscribe("ann");
  lease(1, 0);
  ASSERT_TRUE(run_until([&] { return presence_.states("ann") == "+"; }));
  fixture_->lose_memory();
  ASSERT_TRUE(run_until([&] { return listener_.leases_lost["ann"] > 0; }));
  lease(1, 1);
  EXPECT_TRUE(run_until([&] { return presence_.states("ann") == "++"; }));
}

TEST_P(BusContract, TheLastWishOfManyCounts) {
  open();
  for (int i = 0; i < 20; ++i) {
    bus().subscribe("stays");
    bus().unsubscribe("stays");
    bus().subscribe("goes");
    bus().unsubscribe("goes");
    if (i % 3 == 0) settle();
  }
  bus().subscribe("stays");
  run_until([&] { return listener_.subscribed["stays"] > 0; });
  settle();
  const int before = listener_.subscribed["stays"];
  bus().unsubscribe("stays");
  bus().subscribe("stays");
  run_until([&] { return listener_.subscribed["stays"] > before; });
  listener_.publish(bus(), "goes", "unheard");
  listener_.publish(bus(), "stays", "heard");
  run_until([&] { return listener_.answers.size() == 2 && !listener_.texts.empty(); });
  EXPECT_EQ(listener_.texts.front().text, "heard");
  EXPECT_TRUE(listener_.texts.front().stream_id);
}

TEST_P(BusContract, SubscribesManyUsers) {
  open();
  for (int i = 0; i < 3000; ++i) bus().subscribe("user-" + std::to_string(i));
  ASSERT_TRUE(run_until([&] { return listener_.subscribed.size() == 3000; }));
  EXPECT_EQ(bus().status().subscriptions, 3000u);
  for (int i = 0; i < 3000; i += 500)
    listener_.publish(bus(), "user-" + std::to_string(i), "hello");
  run_until([&] { return listener_.texts.size() == 6; });
}

TEST_P(BusContract, DeliversExternalMessagesWithoutAStreamId) {
  open();
  subscribe("ann");
  fixture_->publish_external("ann", "\xff not UTF-8");
  fixture_->publish_external("ann", "from elsewhere");
  run_until([&] { return !listener_.texts.empty(); });
  EXPECT_EQ(listener_.texts[0].text, "from elsewhere");
  EXPECT_FALSE(listener_.texts[0].stream_id);
  EXPECT_EQ(bus().status().external_dropped, 1u);
}

TEST_P(BusContract, ReplaysWhatAUserWithoutAMarkMissed) {
  open();
  publish_all("ann", 3);
  const ReplayPage page = replay({.user = "ann"});
  ASSERT_EQ(page.entries.size(), 3u);
  EXPECT_EQ(page.entries[0].text, "text 1");
  EXPECT_EQ(page.entries[2].text, "text 3");
  EXPECT_EQ(page.entries[2].stream_id, page.last);
  EXPECT_EQ(page.last.count, 3u);
  EXPECT_FALSE(page.after);
  EXPECT_FALSE(page.more);
  EXPECT_EQ(page.cut, 0u);
}

TEST_P(BusContract, ReplaysNothingToAStranger) {
  open();
  const ReplayPage page = replay({.user = "nobody"});
  EXPECT_TRUE(page.entries.empty());
  EXPECT_FALSE(page.last);
  EXPECT_FALSE(page.after);
  EXPECT_EQ(page.cut, 0u);
}

TEST_P(BusContract, LiveStreamIdsAreThoseOfReplay) {
  open();
  subscribe("ann");
  publish_all("ann", 5);
  run_until([&] { return listener_.texts.size() == 5; });
  const ReplayPage page = replay_gap("ann", listener_.texts[1].stream_id);
  ASSERT_EQ(page.entries.size(), 3u);
  for (size_t i = 0; i < 3; ++i)
    EXPECT_EQ(page.entries[i].stream_id, listener_.texts[i + 2].stream_id);
  EXPECT_EQ(page.after, listener_.texts[1].stream_id);
  EXPECT_EQ(page.cut, 0u);
  EXPECT_TRUE(replay_gap("ann", page.last).entries.empty());
}

TEST_P(BusContract, PagesEndAtTheirBounds) {
  open();
  publish_all("ann", 20);
  std::vector<std::string> texts;
  ReplayRequest request{.user = "ann", .entries_max = 7};
  for (int pages = 1;; ++pages) {
    const ReplayPage page = replay(request);
    EXPECT_LE(page.entries.size(), 7u);
    for (const auto& entry : page.entries) texts.push_back(entry.text);
    if (!page.more) {
      EXPECT_EQ(pages, 3);
      break;
    }
    request.after = page.entries.back().stream_id;
  }
  EXPECT_EQ(texts.size(), 20u);
  EXPECT_EQ(replay({.user = "ann", .entries_max = 20}).more, false);
  EXPECT_EQ(replay({.user = "ann", .entries_max = 19}).more, true);
  EXPECT_EQ(replay({.user = "ann", .bytes_max = 1}).entries.size(), 1u);
  const ReplayPage two = replay({.user = "ann", .bytes_max = 12});
  EXPECT_EQ(two.entries.size(), 2u);
  EXPECT_TRUE(two.more);
}

TEST_P(BusContract, CountsWhatTheHistorysBoundCut) {
  open({.history_max = 10});
  publish_all("ann", 5);
  const StreamId seen = replay({.user = "ann"}).last;
  publish_all("ann", 25);
  const ReplayPage page = replay_gap("ann", seen);
  ASSERT_EQ(page.entries.size(), 10u);
  EXPECT_EQ(page.entries[0].text, "text 21");
  EXPECT_EQ(page.cut, 15u);
}

TEST_P(BusContract, ATextBringsItsTraceLiveAndInReplay) {
  open();
  const std::string traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  subscribe("a");
  listener_.publish(bus(), "a", "one", {}, traceparent);
  listener_.publish(bus(), "a", "two");
  run_until([&] { return listener_.texts.size() == 2; });
  EXPECT_EQ(format_traceparent(listener_.texts[0].trace), traceparent);
  EXPECT_TRUE(listener_.texts[0].stream_id);
  EXPECT_FALSE(listener_.texts[1].trace);
  EXPECT_TRUE(listener_.texts[1].stream_id);
  fixture_->publish_external("a", "foreign");
  run_until([&] { return listener_.texts.size() == 3; });
  EXPECT_FALSE(listener_.texts[2].trace);

  const ReplayPage page = replay_gap("a");
  ASSERT_EQ(page.entries.size(), 2u);
  EXPECT_EQ(page.entries[0].traceparent, traceparent);
  EXPECT_EQ(page.entries[0].text, "one");
  EXPECT_EQ(page.entries[1].traceparent, "");
}

TEST_P(BusContract, OfflineUsersGetOnlyRecentMessages) {
  open({.notification_ttl_s = 1});
  publish_all("ann", 3);
  const StreamId first = replay({.user = "ann"}).entries.at(0).stream_id;
  wait_ms(1100);
  publish_all("ann", 1);
  const ReplayPage away = replay({.user = "ann", .after = first});
  ASSERT_EQ(away.entries.size(), 1u);
  EXPECT_EQ(away.entries[0].text, "text 4");
  EXPECT_EQ(away.cut, 2u);
  EXPECT_EQ(replay_gap("ann").entries.size(), 4u);
}

TEST_P(BusContract, ZeroSecondsReplayNothingToOfflineUsers) {
  open({.notification_ttl_s = 0});
  publish_all("ann", 3);
  EXPECT_TRUE(replay({.user = "ann"}).entries.empty());
  EXPECT_EQ(replay_gap("ann").entries.size(), 3u);
}

// Another process may route messages before the subscription of a connected user is confirmed.
TEST_P(BusContract, WhateverTheAgeWhatCameSinceTheUserIsConnectedIsReplayed) {
  for (const uint64_t ttl_s : {0, 1}) {
    open({.notification_ttl_s = ttl_s});
    publish_all("ann", 2);
    wait_ms(ttl_s == 0 ? 300 : 1300);
    const int64_t connected_ms = SystemClock().steady_ms();
    publish_all("ann", 2);
    wait_ms(1200);
    const ReplayPage page = replay({.user = "ann", .connected_ms = connected_ms});
    ASSERT_EQ(page.entries.size(), 2u) << ttl_s;
    EXPECT_EQ(page.entries[0].stream_id.count, 3u);
    EXPECT_EQ(page.cut, ttl_s == 0 ? 0u : 2u);
    close();
  }
}

TEST_P(BusContract, ReplayBeginsAfterTheAckCursorWhichNeverMovesBack) {
  open();
  publish_all("ann", 5);
  const auto entries = replay({.user = "ann"}).entries;
  ASSERT_EQ(entries.size(), 5u);
  bus().acknowledge({"ann", entries[1].stream_id});
  bus().acknowledge({"ann", entries[3].stream_id});
  bus().acknowledge({"ann", entries[0].stream_id});
  wait_for_mark("ann", entries[3].stream_id);
  bus().acknowledge({"ann", entries[2].stream_id});
  bus().acknowledge({"bob", {1, 1}});
  wait_ms(250);
  const ReplayPage page = replay({.user = "ann"});
  EXPECT_EQ(page.after, entries[3].stream_id);
  ASSERT_EQ(page.entries.size(), 1u);
  EXPECT_EQ(page.entries[0].text, "text 5");
}

TEST_P(BusContract, APageReflectsEarlierAcknowledgements) {
  open();
  publish_all("ann", 5);
  const auto entries = replay({.user = "ann"}).entries;
  ASSERT_EQ(entries.size(), 5u);
  bus().acknowledge({"ann", entries[1].stream_id});
  ReplayPage page = replay({.user = "ann"});
  EXPECT_EQ(page.after, entries[1].stream_id);
  EXPECT_EQ(page.cut, 0u);
  ASSERT_EQ(page.entries.size(), 3u);
  EXPECT_EQ(page.entries[0].text, "text 3");
  bus().acknowledge({"ann", entries[4].stream_id});
  bus().end_cursor("ann", {}, CursorEnd::kHeld);
  page = replay({.user = "ann"});
  EXPECT_EQ(page.after, entries[4].stream_id);
  EXPECT_EQ(page.cut, 0u);
  EXPECT_TRUE(page.entries.empty());
}

// --- the positions of devices and connections

TEST_P(BusContract, EachDeviceBeginsWhereItWas) {
  open();
  EXPECT_EQ(begin("ann", {"phone", 1}), StreamId{});
  EXPECT_EQ(begin("ann", {"laptop", 2}), StreamId{});
  const auto ids = publish_ids("ann", 4);
  bus().acknowledge({"ann", ids[2], {"laptop", 2}});
  bus().acknowledge({"ann", ids[0], {"phone", 1}});
  end("ann", {"laptop", 2}, CursorEnd::kClean);
  end("ann", {"phone", 1}, CursorEnd::kClean);
  EXPECT_EQ(begin("ann", {"phone", 3}), ids[0]);
  EXPECT_EQ(begin("ann", {"laptop", 4}), ids[2]);
  // Every acknowledgement moves the user's position, where a new device begins.
  EXPECT_EQ(begin("ann", {"", 5}), ids[2]);
  EXPECT_EQ(begin("ann", {"tablet", 6}), ids[2]);
  EXPECT_EQ(replay({.user = "ann"}).after, ids[2]);
}

TEST_P(BusContract, APositionReadTwiceIsTheSame) {
  open();
  EXPECT_EQ(begin("ann", {"phone", 1}), StreamId{});
  const auto ids = publish_ids("ann", 2);
  bus().acknowledge({"ann", ids[0], {"phone", 1}});
  bus().acknowledge({"ann", ids[1], {"laptop", 2}});
  EXPECT_EQ(begin("ann", {"phone", 1}), ids[0]);
  EXPECT_EQ(begin("ann", {"phone", 1}), ids[0]);
}

TEST_P(BusContract, ATabThatWasCutOffLeavesItsPositionToTheNext) {
  open();
  const auto ids = two_tabs_and_three_messages();
  bus().acknowledge({"ann", ids[0], {"", 2}});
  end("ann", {"", 2}, CursorEnd::kHeld);
  EXPECT_EQ(begin("ann", {"", 3}), ids[0]);
  bus().acknowledge({"ann", ids[2], {"", 3}});
  EXPECT_EQ(begin("ann", {"", 4}), ids[2]);
}

TEST_P(BusContract, ATabThatWasClosedLeavesNothing) {
  open();
  const auto ids = two_tabs_and_three_messages();
  bus().acknowledge({"ann", ids[0], {"", 2}});
  end("ann", {"", 2}, CursorEnd::kClean);
  EXPECT_EQ(begin("ann", {"", 3}), ids[2]);
}

TEST_P(BusContract, AnOpenTabThatHasNotConfirmedCoversANewOne) {
  open();
  const auto ids = two_tabs_and_three_messages();
  bus().acknowledge({"ann", ids[1], {"", 2}});
  EXPECT_EQ(begin("ann", {"", 3}), ids[1]);
  bus().acknowledge({"ann", ids[2], {"", 3}});
  bus().acknowledge({"ann", ids[2], {"", 2}});
  EXPECT_EQ(begin("ann", {"", 4}), ids[2]);
}

TEST_P(BusContract, AsManyTabsAreCoveredAsWereCutOff) {
  open();
  for (const uint64_t tab : {1, 2, 3}) begin("ann", {"", tab});
  const auto ids = publish_ids("ann", 3);
  bus().acknowledge({"ann", ids[0], {"", 1}});
  bus().acknowledge({"ann", ids[1], {"", 2}});
  bus().acknowledge({"ann", ids[2], {"", 3}});
  end("ann", {"", 1}, CursorEnd::kHeld);
  end("ann", {"", 2}, CursorEnd::kHeld);
  for (const uint64_t tab : {4, 5}) {
    EXPECT_EQ(begin("ann", {"", tab}), ids[0]) << tab;
    bus().acknowledge({"ann", ids[2], {"", tab}});
  }
  EXPECT_EQ(begin("ann", {"", 6}), ids[2]);
}

TEST_P(BusContract, AHoldConcernsItsDeviceOnly) {
  open();
  begin("ann", {"phone", 1});
  begin("ann", {"", 2});
  const auto ids = publish_ids("ann", 2);
  bus().acknowledge({"ann", ids[1], {"", 2}});
  bus().acknowledge({"ann", ids[0], {"phone", 1}});
  end("ann", {"phone", 1}, CursorEnd::kHeld);
  EXPECT_EQ(begin("ann", {"", 3}), ids[1]);
  EXPECT_EQ(begin("ann", {"laptop", 4}), ids[1]);
  EXPECT_EQ(begin("ann", {"phone", 5}), ids[0]);
}

TEST_P(BusContract, ALateAcknowledgementMovesTheHold) {
  open();
  begin("ann", {"", 1});
  const auto ids = publish_ids("ann", 3);
  bus().acknowledge({"ann", ids[0], {"", 1}});
  end("ann", {"", 1}, CursorEnd::kHeld);
  bus().acknowledge({"ann", ids[1], {"", 1}, true});
  wait_ms(50);  // both were written, not one of them
  bus().acknowledge({"ann", ids[2], {"", 1}, true});
  EXPECT_EQ(begin("ann", {"", 2}), ids[2]);
}

// Another process took this one for dead, or Redis lost the position.
TEST_P(BusContract, AnAcknowledgementOpensAPositionAgain) {
  open();
  begin("ann", {"", 1});
  const auto ids = publish_ids("ann", 2);
  bus().acknowledge({"ann", ids[0], {"", 1}});
  end("ann", {"", 1}, CursorEnd::kHeld);
  wait_ms(50);
  bus().acknowledge({"ann", ids[0], {"", 1}});
  bus().acknowledge({"ann", ids[1], {"", 2}});
  EXPECT_EQ(begin("ann", {"", 3}), ids[0]);
  bus().acknowledge({"ann", ids[1], {"", 3}});
  EXPECT_EQ(begin("ann", {"", 4}),
            ids[0]);  // the other one has not discharged it, since it was open
}

TEST_P(BusContract, AConnectionWithoutAFieldLeavesAHoldWhereItConfirmed) {
  open();
  const auto ids = publish_ids("ann", 2);
  bus().acknowledge({"ann", ids[1], {"", 2}});
  bus().acknowledge({"ann", ids[0], {"", 1}});
  end("ann", {"", 1}, CursorEnd::kHeld);
  EXPECT_EQ(begin("ann", {"", 3}), ids[0]);
}

TEST_P(BusContract, ALateAcknowledgementMakesNoHoldOfACleanEnd) {
  open();
  begin("ann", {"", 1});
  const auto ids = publish_ids("ann", 2);
  end("ann", {"", 1}, CursorEnd::kClean);
  bus().acknowledge({"ann", ids[0], {"", 1}, true});
  bus().acknowledge({"ann", ids[1], {"", 2}});
  EXPECT_EQ(begin("ann", {"", 3}), ids[1]);
}

TEST_P(BusContract, AHoldExpires) {
  open({.notification_ttl_s = 2});
  begin("ann", {"", 1});
  begin("ann", {"", 2});
  const auto ids = publish_ids("ann", 2);
  bus().acknowledge({"ann", ids[0], {"", 1}});
  bus().acknowledge({"ann", ids[1], {"", 2}});
  end("ann", {"", 1}, CursorEnd::kHeld);
  fixture_->pass(4);
  wait_ms(4000);  // Redis' time is the machine's
  EXPECT_EQ(begin("ann", {"", 3}), ids[1]);
}

TEST_P(BusContract, WithoutReplayThereAreNoHolds) {
  open({.notification_ttl_s = 0});
  begin("ann", {"", 1});
  const auto ids = publish_ids("ann", 2);
  bus().acknowledge({"ann", ids[0], {"", 1}});
  end("ann", {"", 1}, CursorEnd::kHeld);
  bus().acknowledge({"ann", ids[1], {"", 2}});
  EXPECT_EQ(begin("ann", {"", 3}), ids[1]);
}

TEST_P(BusContract, AtMostSixteenHoldsOfADevice) {
  open();
  const auto ids = publish_ids("ann", 20);
  for (uint64_t tab = 1; tab <= 18; ++tab) {
    bus().acknowledge({"ann", ids[tab], {"", tab}});
  }
  for (uint64_t tab = 1; tab <= 18; ++tab) end("ann", {"", tab}, CursorEnd::kHeld);
  bus().acknowledge({"ann", ids[19], {"", 100}});
  end("ann", {"", 100}, CursorEnd::kClean);
  for (uint64_t tab = 101; tab < 101 + kHoldsMax; ++tab) {
    EXPECT_EQ(begin("ann", {"", tab}), ids[1]) << tab;
    end("ann", {"", tab}, CursorEnd::kClean);
  }
  EXPECT_EQ(begin("ann", {"", 200}), ids[19]);
}

TEST_P(BusContract, MessagesThatFollowTheConnectionAreNewToIt) {
  open();
  begin("ann", {"", 1});
  const int64_t connected_ms = SystemClock().steady_ms();
  wait_ms(20);
  const auto ids = publish_ids("ann", 3);
  bus().acknowledge({"ann", ids[2], {"", 1}});
  wait_ms(20);
  const ReplayPage page = replay({.user = "ann", .cursor = {"", 2}, .connected_ms = connected_ms});
  EXPECT_EQ(page.entries.size(), 3u);
  EXPECT_EQ(begin("ann", {"", 3}), (StreamId{ids[0].ms, 0}));  // the second one has not confirmed
}

TEST_P(BusContract, TheOldestOfTooManyDevicesIsForgotten) {
  open();
  begin("ann", {"kept", 100});
  const auto ids = publish_ids("ann", 20);
  for (uint64_t i = 1; i < kDevicesMax; ++i) {
    const std::string device = "device-" + std::to_string(i);
    begin("ann", {device, i});
    bus().acknowledge({"ann", ids[i], {device, i}});
    end("ann", {device, i}, CursorEnd::kClean);
  }
  EXPECT_EQ(bus().status().devices_forgotten, 0u);
  begin("ann", {"new", 101});
  EXPECT_EQ(bus().status().devices_forgotten, 1u);
  EXPECT_EQ(begin("ann", {"device-2", 102}), ids[2]);
  EXPECT_EQ(begin("ann", {"kept", 103}), StreamId{});  // connected, never forgotten
  EXPECT_EQ(begin("ann", {"device-1", 104}), ids[kDevicesMax - 1]);
}

TEST_P(BusContract, APositionOfADeviceNeverExceedsTheLast) {
  open();
  begin("ann", {"phone", 1});
  const auto ids = publish_ids("ann", 1);
  bus().acknowledge({"ann", {ids[0].ms + 5000, 77}, {"phone", 1}});
  EXPECT_EQ(begin("ann", {"phone", 1}), ids[0]);
  const auto more = publish_ids("ann", 1);
  EXPECT_EQ(replay({.user = "ann", .cursor = {"phone", 1}}).entries.size(), 1u);
}

// --- what the user has seen

TEST_P(BusContract, WhatIsSeenIsToldOnceAndPagesHaveIt) {
  open();
  bus().subscribe("ann");
  ASSERT_TRUE(run_until([&] { return listener_.subscribed["ann"] == 1; }));
  const auto ids = publish_ids("ann", 4);
  const std::vector<StreamId> two{ids[2], ids[0]};
  bus().mark_seen({.user = "ann", .ids = two, .sent = ids[3], .connection = 7});
  ASSERT_TRUE(run_until([&] { return listener_.seen.size() == 1; }));
  EXPECT_EQ(listener_.seen[0].user, "ann");
  EXPECT_EQ(listener_.seen[0].connection, 7u);
  EXPECT_EQ(sorted(listener_.seen[0].ids), (std::vector<StreamId>{ids[0], ids[2]}));
  bus().mark_seen({.user = "ann", .up_to = ids[2], .sent = ids[3], .connection = 8});
  ASSERT_TRUE(run_until([&] { return listener_.seen.size() == 2; }));
  EXPECT_EQ(listener_.seen[1].ids, std::vector<StreamId>{ids[1]});
  bus().mark_seen({.user = "ann", .up_to = ids[2], .sent = ids[3], .connection = 8});
  const ReplayPage page =
      replay({.user = "ann", .reach = ReplayRequest::Reach::kGap, .with_seen = true});
  EXPECT_EQ(page.seen, (std::vector<StreamId>{ids[0], ids[1], ids[2]}));
  ASSERT_EQ(page.entries.size(), 4u);
  EXPECT_TRUE(page.entries[1].seen);
  EXPECT_FALSE(page.entries[3].seen);
  EXPECT_TRUE(replay_gap("ann").seen.empty());
  wait_ms(50);
  EXPECT_EQ(listener_.seen.size(), 2u);
}

TEST_P(BusContract, OnlyWhatTheConnectionWasSentCanBeSeen) {
  open();
  bus().subscribe("ann");
  ASSERT_TRUE(run_until([&] { return listener_.subscribed["ann"] == 1; }));
  const auto ids = publish_ids("ann", 3);
  const std::vector<StreamId> foreign{ids[2], {ids[0].ms, 99}, {1, 1}, ids[0]};
  bus().mark_seen({.user = "ann", .ids = foreign, .up_to = ids[2], .sent = ids[1]});
  ASSERT_TRUE(run_until([&] { return listener_.seen.size() == 1; }));
  EXPECT_EQ(sorted(listener_.seen[0].ids), (std::vector<StreamId>{ids[0], ids[1]}));
  bus().mark_seen({.user = "ann", .up_to = ids[2]});
  wait_ms(50);
  EXPECT_EQ(listener_.seen.size(), 1u);
}

TEST_P(BusContract, WhatTheHistoryLostIsNoLongerSeen) {
  open({.history_max = 2});
  const auto ids = publish_ids("ann", 2);
  bus().mark_seen({.user = "ann", .up_to = ids[1], .sent = ids[1]});
  const auto more = publish_ids("ann", 1);
  bus().mark_seen({.user = "ann", .up_to = more[0], .sent = more[0]});
  const auto all = [this] {
    return replay({.user = "ann", .reach = ReplayRequest::Reach::kGap, .with_seen = true}).seen;
  };
  for (int i = 0; i < 200 && all().size() != 2; ++i) wait_ms(5);
  EXPECT_EQ(all(), (std::vector<StreamId>{ids[1], more[0]}));
}

TEST_P(BusContract, OtherProcessesHearWhatWasSeen) {
  open();
  if (!std::string(GetParam()).starts_with("redis")) return;
  other().subscribe("ann");
  ASSERT_TRUE(run_until([&] { return other_listener_.subscribed["ann"] == 1; }));
  const auto ids = publish_ids("ann", 1);
  bus().mark_seen({.user = "ann", .ids = ids, .sent = ids[0], .connection = 7});
  ASSERT_TRUE(run_until([&] { return other_listener_.seen.size() == 1; }));
  EXPECT_EQ(other_listener_.seen[0].ids, ids);
  EXPECT_EQ(other_listener_.seen[0].connection, 0u);
  EXPECT_EQ(other_listener_.texts.size(), 1u);
}

TEST_P(BusContract, AnAcknowledgedPositionAboveTheLastLeavesNothingToReplay) {
  open();
  publish_all("ann", 2);
  const StreamId last = replay({.user = "ann"}).last;
  bus().acknowledge({"ann", {last.ms + 1000, 99}});
  wait_for_mark("ann", last);
  EXPECT_TRUE(replay({.user = "ann"}).entries.empty());
  publish_all("ann", 1);
  const ReplayPage page = replay({.user = "ann"});
  ASSERT_EQ(page.entries.size(), 1u);
  EXPECT_EQ(page.entries[0].text, "text 3");
  EXPECT_EQ(page.cut, 0u);
}

// After a failover to a server whose clock is behind: its counts are higher, its times lower.
TEST_P(BusContract, AnAcknowledgedPositionOfAnotherHistoryIsNotStored) {
  open();
  publish_all("ann", 5);
  const auto entries = replay({.user = "ann"}).entries;
  ASSERT_EQ(entries.size(), 5u);
  bus().acknowledge({"ann", entries[1].stream_id});
  wait_for_mark("ann", entries[1].stream_id);
  bus().acknowledge({"ann", {entries[4].stream_id.ms + 1000, 4}});
  wait_ms(250);
  EXPECT_EQ(replay({.user = "ann"}).after, entries[1].stream_id);
}

TEST_P(BusContract, AfterAPositionOfAnotherHistoryTheHigherCountsAreRead) {
  open();
  publish_all("ann", 5);
  const StreamId last = replay({.user = "ann"}).last;
  const ReplayPage page = replay_gap("ann", StreamId{last.ms + 1000, 3});
  ASSERT_EQ(page.entries.size(), 2u);
  EXPECT_EQ(page.entries[0].text, "text 4");
  EXPECT_EQ(page.last, last);
  EXPECT_EQ(page.cut, 0u);
  EXPECT_TRUE(replay_gap("ann", StreamId{last.ms + 1000, 5}).entries.empty());
}

// The ack cursor and the count are kept at least as long as the history.
TEST_P(BusContract, PositionsLiveAsLongAsTheHistory) {
  constexpr uint64_t kDay = 86'400;
  open({.notification_ttl_s = 5 * kDay});
  publish_all("ann", 3);
  const auto entries = replay({.user = "ann"}).entries;
  ASSERT_EQ(entries.size(), 3u);
  bus().acknowledge({"ann", entries[1].stream_id});
  wait_for_mark("ann", entries[1].stream_id);
  fixture_->pass(3 * kDay);
  ReplayPage page = replay({.user = "ann"});
  EXPECT_EQ(page.after, entries[1].stream_id);
  ASSERT_EQ(page.entries.size(), 1u);
  EXPECT_EQ(page.entries[0].text, "text 3");
  publish_all("ann", 1);
  fixture_->pass(3 * kDay);
  page = replay_gap("ann", entries[2].stream_id);
  ASSERT_EQ(page.entries.size(), 1u);
  EXPECT_EQ(page.entries[0].stream_id.count, 4u);
  EXPECT_EQ(page.last, page.entries[0].stream_id);
}

TEST_P(BusContract, APageHasTheRevocationOfItsUser) {
  open();
  EXPECT_EQ(replay({.user = "ann"}).revoked_s, 0u);
  EXPECT_EQ(revoke({.user = "ann", .at_s = 1'750'000'000, .keep_s = 100}), 1'750'000'000u);
  EXPECT_EQ(replay({.user = "ann"}).revoked_s, 1'750'000'000u);
  EXPECT_EQ(replay_gap("ann").revoked_s, 1'750'000'000u);
  EXPECT_EQ(replay({.user = "bob"}).revoked_s, 0u);
}

TEST_P(BusContract, ARevocationIsNeverTakenBack) {
  open();
  EXPECT_EQ(revoke({.user = "ann", .at_s = 1'750'000'009, .keep_s = 100}), 1'750'000'009u);
  EXPECT_EQ(revoke({.user = "ann", .at_s = 1'750'000'000, .keep_s = 100}), 1'750'000'009u);
  EXPECT_EQ(replay({.user = "ann"}).revoked_s, 1'750'000'009u);
}

TEST_P(BusContract, ALaterRevocationDoesNotShortenAnEarlierOne) {
  open();
  EXPECT_NE(revoke({.user = "ann", .at_s = 1'750'000'000, .keep_s = 100}), 0u);
  EXPECT_NE(revoke({.user = "ann", .at_s = 5, .keep_s = 10}), 0u);
  fixture_->pass(50);
  EXPECT_EQ(replay({.user = "ann"}).revoked_s, 1'750'000'000u);
}

TEST_P(BusContract, ARevocationWithoutATimeIsThatOfNow) {
  open();
  const auto before_s = static_cast<uint32_t>(SystemClock().wall_ms() / 1000);
  const uint32_t stored = revoke({.user = "ann", .keep_s = 100});
  EXPECT_GE(stored, before_s);
  EXPECT_LE(stored, static_cast<uint32_t>(SystemClock().wall_ms() / 1000));
}

TEST_P(BusContract, ARevocationEnds) {
  open();
  EXPECT_NE(revoke({.user = "ann", .keep_s = 100}), 0u);
  fixture_->pass(99);
  EXPECT_NE(replay({.user = "ann"}).revoked_s, 0u);
  fixture_->pass(2);
  EXPECT_EQ(replay({.user = "ann"}).revoked_s, 0u);
}

TEST_P(BusContract, ARevocationIsRefusedDuringAnOutage) {
  open();
  fixture_->go_down();
  ASSERT_TRUE(run_until([&] { return listener_.down(); }));
  std::optional<bool> stored;
  bus().revoke({.user = "ann", .keep_s = 100},
               [&](const Result<uint32_t>& answer) { stored = answer.ok(); });
  EXPECT_FALSE(stored);
  ASSERT_TRUE(run_until([&] { return stored.has_value(); }));
  EXPECT_FALSE(*stored);
}

TEST_P(BusContract, PublicationsWaitForAnOutageAndContinueInOrder) {
  open();
  subscribe("ann");
  publish_all("ann", 2);
  run_until([&] { return listener_.texts.size() == 2; });
  fixture_->go_down();
  ASSERT_TRUE(run_until([&] { return listener_.up(0); }));
  EXPECT_FALSE(listener_.reasons.back().empty());
  EXPECT_FALSE(bus().status().up);
  for (int i = 3; i <= 102; ++i) listener_.publish(bus(), "ann", "text " + std::to_string(i));
  bus().subscribe("bob");
  settle();
  EXPECT_EQ(listener_.answers.size(), 2u);
  EXPECT_EQ(bus().status().publications_waiting, 100u);
  std::optional<bool> refused;
  bus().replay({.user = "ann"}, [&](const Result<ReplayPage>& page) { refused = !page.ok(); });
  run_until([&] { return refused.has_value(); });
  EXPECT_TRUE(*refused);

  fixture_->come_up();
  ASSERT_TRUE(run_until([&] { return listener_.up(shards()) && listener_.answers.size() == 102; }));
  EXPECT_EQ(listener_.subscribed["ann"], 2);
  EXPECT_EQ(listener_.subscribed["bob"], 1);
  EXPECT_EQ(listener_.memory_losses, 0);
  for (size_t i = 0; i < 102; ++i) EXPECT_EQ(listener_.answers[i].ticket, i + 1);
  const ReplayPage page = replay({.user = "ann", .entries_max = 200});
  ASSERT_EQ(page.entries.size(), 102u);
  for (size_t i = 0; i < 102; ++i) {
    EXPECT_EQ(page.entries[i].text, "text " + std::to_string(i + 1));
    EXPECT_EQ(page.entries[i].stream_id.count, i + 1);
  }
  EXPECT_TRUE(bus().status().up);
  EXPECT_GE(bus().status().reconnects, 1u);
}

TEST_P(BusContract, ReportsTheLossOfItsData) {
  open({.history_max = 4});
  publish_all("ann", 3);
  const StreamId old = replay({.user = "ann"}).last;
  fixture_->lose_memory();
  const int losses = static_cast<int>(shards());
  ASSERT_TRUE(run_until([&] { return listener_.memory_losses == losses; }));
  EXPECT_EQ(bus().status().memory_losses, static_cast<uint64_t>(losses));
  publish_all("ann", 1);
  const ReplayPage page = replay({.user = "ann"});
  ASSERT_EQ(page.entries.size(), 1u);
  EXPECT_EQ(page.entries[0].stream_id.count, 1u);
  // A stream id from before the loss does not show how many messages are missing. A caller that
  // knows of the loss requests the page from the null id.
  EXPECT_EQ(replay_gap("ann", old).cut, 0u);
  publish_all("ann", 5);
  EXPECT_EQ(replay_gap("ann", old).cut, 0u);
  EXPECT_EQ(replay_gap("ann", StreamId{}).cut, 2u);
  EXPECT_EQ(replay({.user = "ann"}).cut, 2u);
}

// Old stream ids that are not void compare with new ones received before the notification.
TEST_P(BusContract, OldStreamIdsThatAreNotVoidAreBelowTheNew) {
  open();
  subscribe("ann");
  publish_all("ann", 3);
  run_until([&] { return listener_.texts.size() == 3; });
  wait_ms(2);  // so that the history started before this millisecond
  publish_all("ann", 1);
  fixture_->lose_memory();
  publish_all("ann", 1);
  ASSERT_TRUE(
      run_until([&] { return listener_.texts.size() == 5 && listener_.memory_losses >= 1; }));
  if (std::string(GetParam()).starts_with("redis")) {
    EXPECT_EQ(listener_.old_stream_ids, OldStreamIds::kBelow);
    EXPECT_GT(listener_.texts[4].stream_id, listener_.texts[3].stream_id);
  } else {
    EXPECT_EQ(listener_.old_stream_ids, OldStreamIds::kVoid);
  }
}

TEST_P(BusContract, CloseIsIdempotentAndEndsEverything) {
  open();
  subscribe("ann");
  listener_.publish(bus(), "ann", "never answered");
  int closed = 0;
  bus().close([&] { ++closed; });
  bus().close([&] { ++closed; });
  bus().subscribe("bob");
  bus().acknowledge({"ann", {1, 1}});
  run_until([&] { return closed > 0; });
  settle();
  EXPECT_EQ(closed, 1);
  EXPECT_TRUE(listener_.answers.empty());
  EXPECT_FALSE(bus().status().up);
  bus_.reset();
}

TEST_P(BusContract, CloseWritesTheLastMarks) {
  open();
  publish_all("ann", 2);
  const StreamId first = replay({.user = "ann"}).entries.at(0).stream_id;
  bus().acknowledge({"ann", first});
  bool closed = false;
  bus().close([&] { closed = true; });
  run_until([&] { return closed; });
  bus_.reset();
  if (std::string(GetParam()) != "redis") return;  // its data ends with it
  bus_ = fixture_->make(loop(), {});
  listener_.states.clear();
  ASSERT_TRUE(bus_->start(listener_, listener_));
  run_until([&] { return listener_.up(); });
  EXPECT_EQ(replay({.user = "ann"}).after, first);
}

// Shards fail one by one. Each test has one subscribed user of each shard.
class BusShardContract : public BusContract {
 protected:
  void SetUp() override {
    open();
    users_.resize(shards());
    for (int i = 0; users_.size() > named_; ++i) {
      const std::string user = "user-" + std::to_string(i);
      std::string& of_shard = users_.at(bus().shard_of(user));
      if (!of_shard.empty()) continue;
      of_shard = user;
      ++named_;
      subscribe(user);
    }
  }

  const std::string& user(ShardId shard) const { return users_.at(shard); }
  BusState state(ShardId shard) { return listener_.shard_states[shard]; }

  std::optional<bool> replays(const std::string& user) {
    std::optional<bool> answered;
    bus().replay({.user = user}, [&](const Result<ReplayPage>& page) { answered = page.ok(); });
    run_until([&] { return answered.has_value(); });
    return answered;
  }

  void go_down(ShardId shard) {
    fixture_->take_down(shard);
    ASSERT_TRUE(run_until([&] { return state(shard) == BusState::kDown; }));
  }
  void come_up(ShardId shard) {
    fixture_->bring_up(shard);
    ASSERT_TRUE(run_until([&] { return state(shard) == BusState::kUp; }));
  }
  void move(const std::string& user, ShardId to) {
    fixture_->move_user(user, to);
    ASSERT_TRUE(run_until([&] { return bus().shard_of(user) == to; }));
  }

 private:
  std::vector<std::string> users_;  // by shard
  size_t named_ = 0;
};

TEST_P(BusShardContract, StatusListsTheShards) {
  const BusStatus status = bus().status();
  ASSERT_EQ(status.shards.size(), shards());
  std::set<std::string> addresses;
  for (ShardId shard = 0; shard < shards(); ++shard) {
    EXPECT_EQ(status.shards[shard].shard, shard);
    EXPECT_TRUE(status.shards[shard].works());
    EXPECT_EQ(status.shards[shard].users, 1u);
    addresses.insert(status.shards[shard].address);
  }
  EXPECT_EQ(addresses.size(), shards());
  EXPECT_TRUE(status.up);
  EXPECT_EQ(status.subscriptions, shards());
}

TEST_P(BusShardContract, AnOutageConcernsOnlyTheUsersOfTheShard) {
  go_down(1);
  for (ShardId shard = 0; shard < shards(); ++shard) {
    for (int i = 0; i < 100; ++i) listener_.publish(bus(), user(shard), std::to_string(i));
  }
  ASSERT_TRUE(run_until([&] { return listener_.answers.size() == 100 * (shards() - 1); }));
  settle();
  EXPECT_EQ(listener_.answers.size(), 100 * (shards() - 1));
  EXPECT_TRUE(listener_.texts_of(user(1)).empty());
  EXPECT_EQ(listener_.texts_of(user(2)).size(), 100u);
  EXPECT_EQ(replays(user(1)), false);
  EXPECT_EQ(replays(user(2)), true);
  const BusStatus status = bus().status();
  EXPECT_TRUE(status.up);
  EXPECT_EQ(status.reason, "");
  EXPECT_FALSE(status.shards[1].up);
  EXPECT_FALSE(status.shards[1].reason.empty());
  EXPECT_EQ(status.shards[1].publications_waiting, 100u);
  EXPECT_EQ(status.publications_waiting, 100u);
  EXPECT_EQ(state(0), BusState::kUp);
  EXPECT_EQ(state(2), BusState::kUp);

  come_up(1);
  ASSERT_TRUE(run_until([&] { return listener_.texts_of(user(1)).size() == 100; }));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(listener_.texts_of(user(1))[i], std::to_string(i));
  EXPECT_EQ(listener_.subscribed[user(0)], 1);
  EXPECT_EQ(listener_.subscribed[user(1)], 2);
  EXPECT_EQ(listener_.subscribed[user(2)], 1);
}

TEST_P(BusShardContract, WithoutAnyShardTheBusIsDown) {
  for (ShardId shard = 0; shard < shards(); ++shard) go_down(shard);
  const BusStatus status = bus().status();
  EXPECT_FALSE(status.up);
  for (const ShardStatus& shard : status.shards) {
    EXPECT_NE(status.reason.find(shard.address + ": " + shard.reason), std::string::npos);
  }
}

TEST_P(BusShardContract, OnlyTheUsersOfTheShardLoseTheirHistory) {
  for (ShardId shard = 0; shard < shards(); ++shard) publish_all(user(shard), 3);
  fixture_->empty(2);
  ASSERT_TRUE(run_until([&] { return listener_.memory_losses == 1; }));
  EXPECT_EQ(listener_.lost_shard, 2u);
  EXPECT_EQ(replay({.user = user(0)}).entries.size(), 3u);
  EXPECT_EQ(replay({.user = user(1)}).entries.size(), 3u);
  EXPECT_TRUE(replay({.user = user(2)}).entries.empty());
  publish_all(user(2), 1);
  EXPECT_EQ(replay({.user = user(2)}).last.count, 1u);
}

TEST_P(BusShardContract, AUserMovesWithEverything) {
  listener_.publish(bus(), user(0), "before", "known");
  run_until([&] { return listener_.answers.size() == 1; });
  bus().acknowledge({user(0), listener_.texts.back().stream_id});
  wait_for_mark(user(0), listener_.texts.back().stream_id);
  go_down(0);
  for (int i = 0; i < 10; ++i) listener_.publish(bus(), user(0), std::to_string(i));
  listener_.publish(bus(), user(0), "again", "known");
  bool subscribed_first = false;
  listener_.when_moved = [&](const std::string& who) {
    EXPECT_EQ(who, user(0));
    EXPECT_EQ(bus().shard_of(who), 1u);
    subscribed_first = listener_.subscribed[who] != 1;
  };
  move(user(0), 1);
  ASSERT_TRUE(run_until(
      [&] { return listener_.answers.size() == 12 && listener_.subscribed[user(0)] == 2; }));
  EXPECT_FALSE(subscribed_first);
  EXPECT_EQ(listener_.moved[user(0)], 1);
  EXPECT_EQ(listener_.answers.back().outcome, PublishOutcome::kRepeat);
  const ReplayPage page = replay({.user = user(0)});
  ASSERT_EQ(page.entries.size(), 10u);
  EXPECT_EQ(page.after.count, 1u);
  for (size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(page.entries[i].text, std::to_string(i));
    EXPECT_EQ(page.entries[i].stream_id.count, i + 2);
  }
  listener_.texts.clear();
  publish_all(user(0), 1);
  run_until([&] { return listener_.texts_of(user(0)).size() == 1; });
  EXPECT_EQ(bus().status().shards[0].users, 0u);
  EXPECT_EQ(bus().status().shards[1].users, 2u);
}

TEST_P(BusShardContract, AUserWhoMovesToAnUnavailableShardIsSubscribedWhenItIsBack) {
  go_down(2);
  move(user(0), 2);
  listener_.publish(bus(), user(0), "waits");
  settle();
  EXPECT_EQ(listener_.moved[user(0)], 1);
  EXPECT_EQ(listener_.subscribed[user(0)], 1);
  EXPECT_TRUE(listener_.answers.empty());
  come_up(2);
  ASSERT_TRUE(run_until([&] { return listener_.texts_of(user(0)).size() == 1; }));
  EXPECT_EQ(listener_.subscribed[user(0)], 2);
}

TEST_P(BusShardContract, AUserWithoutASubscriptionMovesSilently) {
  bus().unsubscribe(user(0));
  move(user(0), 1);
  settle();
  EXPECT_TRUE(listener_.moved.empty());
  publish_all(user(0), 1);
  EXPECT_EQ(replay({.user = user(0)}).entries.size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(, BusShardContract, ::testing::Values("memory_shards"),
                         [](const auto& one) { return std::string(one.param); });

INSTANTIATE_TEST_SUITE_P(, BusContract,
                         ::testing::Values("memory", "memory_shards", "redis", "redis_text",
                                           "redis_sharded", "redis_tls", "redis_sentinel",
                                           "redis_cluster"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace hermod
