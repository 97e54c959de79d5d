#pragma once
// A RedisBus on a redis-server of the test, and a RecordingBusListener as its listener.

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "redis_bus/redis_bus.h"
#include "support/loop_test.h"
#include "support/recording_bus_listener.h"
#include "support/recording_log.h"
#include "support/redis_server.h"
#include "uv/timer.h"

namespace hermod::test {

class BusRedisTest : public test::LoopTest {
 protected:
  void make(const std::string& url) { make(RedisUrl::parse(url).take()); }

  void make(RedisUrl url, uint64_t socket_timeout_ms = 5000) {
    RedisBusOptions options;
    options.url = std::move(url);
    options.socket_timeout_ms = socket_timeout_ms;
    options.connect_timeout_ms = 2000;
    bus_ = std::make_unique<RedisBus>(loop(), clock_, log_, options);
    ASSERT_TRUE(bus_->start(listener_, listener_));
  }

  void open() {
    make(server_.url());
    ASSERT_TRUE(run_until([&] { return listener_.up(); }));
  }

  void TearDown() override {
    close();
    LoopTest::TearDown();
  }

  void close() {
    bool closed = bus_ == nullptr;
    if (bus_) bus_->close([&] { closed = true; });
    run_until([&] { return closed; });
    bus_.reset();
  }

  void subscribe(const std::string& user) {
    const int before = listener_.subscribed[user];
    bus_->subscribe(user);
    ASSERT_TRUE(run_until([&] { return listener_.subscribed[user] > before; }));
  }

  void publish(const std::string& user, const std::string& text) {
    listener_.publish(*bus_, user, text);
    run_until([&] { return listener_.answers.size() == listener_.last_ticket; });
  }

  Result<ReplayPage> replay(const ReplayRequest& request) {
    std::optional<Result<ReplayPage>> answer;
    bus_->replay(request, [&](Result<ReplayPage> page) { answer = std::move(page); });
    run_until([&] { return answer.has_value(); });
    return answer ? *answer : Result<ReplayPage>(Error{});
  }

  bool reason_has(const std::string& words) {
    return run_until([&] { return bus_->status().reason.find(words) != std::string::npos; });
  }

  void wait_ms(uint64_t ms) {
    bool over = false;
    uv::Timer timer(loop(), [&over] { over = true; });
    timer.start(ms);
    run_until([&over] { return over; });
  }

  // How many events of the user are stored as routed.
  int routed_events(const std::string& user) {
    const std::string key = "hermod:{" + user + "}:routed:";
    return std::stoi(server_.command({"SCARD", key + "0"})) +
           std::stoi(server_.command({"SCARD", key + "1"}));
  }

  PublishOutcome last_outcome() const { return listener_.answers.back().outcome; }

  int64_t now_ms() const { return clock_.steady_ms(); }

  SystemClock clock_;
  test::RecordingLog log_;
  test::RecordingBusListener listener_;
  RedisServer server_;
  std::unique_ptr<RedisBus> bus_;
};

}  // namespace hermod::test
