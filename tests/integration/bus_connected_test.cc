// A connected user misses nothing and gets nothing twice, whatever another process does in the
// meantime. The other process is a RedisBus on a loop of its own, on the same Redis as the hub.

#include <gmock/gmock.h>
#include <uv.h>

#include "core/hub.h"
#include "integration/bus_redis_fixture.h"

namespace hermod {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Another process, whose loop runs only while the test waits for it.
class OtherProcess {
 public:
  OtherProcess(const Clock& clock, Log& log, RedisBusOptions options)
      : bus_(loop_.get(), clock, log, std::move(options)) {
    EXPECT_TRUE(bus_.start(listener_, listener_));
    run_until([this] { return listener_.up(); });
  }
  ~OtherProcess() {
    bool closed = false;
    bus_.close([&closed] { closed = true; });
    run_until([&closed] { return closed; });
  }

  void route(const std::string& user, const std::string& text) {
    listener_.publish(bus_, user, text, "event of " + text);
    run_until([this] { return listener_.answers.size() == listener_.last_ticket; });
    EXPECT_EQ(listener_.answers.back().outcome, PublishOutcome::kRouted);
  }

  // Runs the loop for this time.
  void go_on(uint64_t ms) {
    bool over = false;
    uv::Timer timer(loop_.get(), [&over] { over = true; });
    timer.start(ms);
    run_until([&over] { return over; });
  }

 private:
  template <class Condition>
  void run_until(Condition condition) {
    while (!condition()) uv_run(loop_.get(), UV_RUN_ONCE);
  }

  uv::OwnLoop loop_;
  test::RecordingBusListener listener_;
  RedisBus bus_;
};

struct Client final : Peer {
  explicit Client(Hub& hub) : session(hub.host(), *this) {}
  void wake() override {
    std::string frames;
    session.gather({0, 0}, frames, SIZE_MAX);
    session.on_written();
    for (size_t at = 0; at + 2 <= frames.size();) {
      const bool text = static_cast<unsigned char>(frames[at]) == 0x81;
      const auto length = static_cast<size_t>(static_cast<unsigned char>(frames[at + 1]));
      if (text) texts.push_back(frames.substr(at + 2, length));
      at += 2 + length;
    }
  }
  void flush_now() override {}
  void close(CloseCode, ErrorCode, std::string_view) override {}

  Session session;
  std::vector<std::string> texts;
};

class BusConnectedTest : public test::BusRedisTest {
 protected:
  RedisBusOptions options(const std::string& publish_channel = "teacher:{user}:notifications") {
    RedisBusOptions made;
    made.url = RedisUrl::parse(server_.url()).take();
    made.notification_ttl_s = ttl_s_;
    made.publish_channel = publish_channel;
    return made;
  }

  void start() {
    bus_ = std::make_unique<RedisBus>(loop(), clock_, log_, options());
    hub_ =
        std::make_unique<Hub>(*bus_, CoreContext{clock_, log_, stats_, observers_}, HubOptions{});
    ASSERT_TRUE(bus_->start(*hub_, listener_));
    ASSERT_TRUE(run_until([this] { return bus_->status().up; }));
  }

  Client& connect(const std::string& user) {
    clients_.push_back(std::make_unique<Client>(*hub_));
    EXPECT_TRUE(hub_->join(clients_.back()->session, user));
    return *clients_.back();
  }

  bool live(const Client& client) {
    return run_until([&] { return client.session.state() == Session::State::kLive; });
  }

  void TearDown() override {
    for (const auto& client : clients_) hub_->leave(client->session);
    BusRedisTest::TearDown();
  }

  uint64_t ttl_s_ = 0;
  Stats stats_;
  Observers observers_;
  std::unique_ptr<Hub> hub_;
  std::vector<std::unique_ptr<Client>> clients_;
};

TEST_F(BusConnectedTest, WhatAnotherProcessRoutesBeforeTheSubscriptionStandsComes) {
  start();
  OtherProcess other(clock_, log_, options());
  other.route("ann", "while offline");
  wait_ms(300);
  Client& ann = connect("ann");  // the subscription is sent only when this loop runs
  other.route("ann", "one");
  other.route("ann", "two");
  ASSERT_TRUE(live(ann));
  other.route("ann", "three");
  ASSERT_TRUE(run_until([&] { return ann.texts.size() >= 3; }));
  EXPECT_THAT(ann.texts, ElementsAre("one", "two", "three"));
}

TEST_F(BusConnectedTest, AUserWhoWasOfflineIsReplayedNothing) {
  start();
  OtherProcess other(clock_, log_, options());
  for (int i = 0; i < 3; ++i) other.route("ann", "while offline " + std::to_string(i));
  wait_ms(300);
  Client& ann = connect("ann");
  ASSERT_TRUE(live(ann));
  EXPECT_THAT(ann.texts, IsEmpty());
  other.route("ann", "one");
  ASSERT_TRUE(run_until([&] { return !ann.texts.empty(); }));
  EXPECT_THAT(ann.texts, ElementsAre("one"));
}

// This process has no Redis for longer than the maximum age of a replay, which is one second here.
TEST_F(BusConnectedTest, AnOutageLongerThanTheAgeOfReplayLosesNothing) {
  ttl_s_ = 1;
  start();
  OtherProcess other(clock_, log_, options());
  Client& ann = connect("ann");
  for (int i = 0; i < 3; ++i) other.route("ann", "text " + std::to_string(i));
  other.go_on(1500);  // while this process is stopped
  ASSERT_TRUE(live(ann));
  EXPECT_THAT(ann.texts, ElementsAre("text 0", "text 1", "text 2"));
}

TEST_F(BusConnectedTest, ARollingChangeOfThePublishChannelDeliversOnce) {
  ttl_s_ = 300;
  start();
  OtherProcess other(clock_, log_, options("ws:{user}"));
  Client& ann = connect("ann");
  ASSERT_TRUE(live(ann));
  for (int i = 0; i < 3; ++i) {
    other.route("ann", "other " + std::to_string(i));
    publish("ann", "own " + std::to_string(i));
  }
  ASSERT_TRUE(run_until([&] { return ann.texts.size() >= 6; }));
  wait_ms(200);
  EXPECT_THAT(ann.texts, ElementsAre("other 0", "own 0", "other 1", "own 1", "other 2", "own 2"));
}

}  // namespace
}  // namespace hermod
