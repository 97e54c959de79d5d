#pragma once
// A RedisBus on a Redis Cluster or with Sentinel, under load: some users get numbered messages,
// and each of them reads its history when it is subscribed again, as a session does.

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "redis_bus/redis_bus.h"
#include "support/loop_test.h"
#include "support/recording_bus_listener.h"
#include "support/recording_log.h"
#include "uv/timer.h"

namespace hermod::test {

class BusDeploymentTest : public LoopTest {
 protected:
  static constexpr int kUsers = 60;

  void open(const std::string& url, PublishMode mode, uint32_t replicas_min) {
    RedisBusOptions options;
    options.url = RedisUrl::parse(url).take();
    options.mode = mode;
    options.replicas_min = replicas_min;
    options.entries_have_hash = true;
    options.connect_timeout_ms = 2000;
    options.history_max = 10'000;
    bus_ = std::make_unique<RedisBus>(loop(), clock_, log_, options);
    listener_.when_subscribed = [this](const std::string& user) { read_history(user); };
    ASSERT_TRUE(bus_->start(listener_, listener_));
    for (int i = 0; i < kUsers; ++i) bus_->subscribe(user(i));
    ASSERT_TRUE(run_until([&] { return listener_.subscribed.size() == kUsers; },
                          std::chrono::milliseconds(10'000)));
  }

  void TearDown() override {
    load_.reset();
    bool closed = bus_ == nullptr;
    if (bus_) bus_->close([&] { closed = true; });
    EXPECT_TRUE(run_until([&] { return closed; }));
    bus_.reset();
    LoopTest::TearDown();
  }

  static std::string user(int number) { return "user-" + std::to_string(number); }

  // Publishes 20 messages every 20 ms, to one user after the other.
  void start_load() {
    load_ = std::make_unique<uv::Timer>(loop(), [this] {
      for (int i = 0; i < 20; ++i) publish_next();
      load_->start(20);
    });
    load_->start(1);
  }
  // Stops the load, and waits until each message was answered and is known to its user.
  void finish_load() {
    load_.reset();
    EXPECT_TRUE(run_until([&] { return listener_.answers.size() == listener_.last_ticket; },
                          std::chrono::milliseconds(30'000)))
        << listener_.last_ticket - listener_.answers.size() << " of " << listener_.last_ticket
        << " have no answer; " << bus_->status().reason;
    EXPECT_TRUE(run_until([&] { return all_received(); }, std::chrono::milliseconds(10'000)))
        << missing();
  }

  // Runs a blocking function while the loop runs.
  template <class Function>
  void while_running(Function function) {
    std::future<void> done = std::async(std::launch::async, function);
    EXPECT_TRUE(run_until(
        [&] { return done.wait_for(std::chrono::seconds(0)) == std::future_status::ready; },
        std::chrono::milliseconds(120'000)));
    done.get();
  }

  void wait_ms(uint64_t ms) {
    bool over = false;
    uv::Timer timer(loop(), [&over] { over = true; });
    timer.start(ms);
    run_until([&over] { return over; }, std::chrono::milliseconds(ms + 10'000));
  }

  bool all_up(ShardId shards) { return listener_.up(shards); }

  SystemClock clock_;
  RecordingLog log_;
  RecordingBusListener listener_;
  std::unique_ptr<RedisBus> bus_;

 private:
  void publish_next() {
    const std::string to = user(next_++ % kUsers);
    listener_.publish(*bus_, to, std::to_string(++published_[to]));
  }

  // The live messages and the history of the user, each once, must be 1 to n.
  bool has_all(const std::string& of) {
    std::set<int> received = replayed_[of];
    for (const auto& text : listener_.texts) {
      if (text.user == of) received.insert(std::stoi(text.text));
    }
    return static_cast<int>(received.size()) == published_[of];
  }
  bool all_received() {
    for (int i = 0; i < kUsers; ++i) {
      if (!has_all(user(i))) return false;
    }
    return true;
  }
  std::string missing() {
    std::string users;
    for (int i = 0; i < kUsers; ++i) {
      if (!has_all(user(i))) users += user(i) + ' ';
    }
    return users;
  }

  void read_history(const std::string& of) {
    ReplayRequest request{.user = of, .after = StreamId{}, .entries_max = 10'000};
    request.bytes_max = 10'000'000;
    request.reach = ReplayRequest::Reach::kGap;
    bus_->replay(request, [this, of](const Result<ReplayPage>& page) {
      if (!page) return;
      int last = 0;
      for (const auto& entry : page.value().entries) {
        const int number = std::stoi(entry.text);
        EXPECT_GT(number, last) << of;
        last = number;
        replayed_[of].insert(number);
      }
    });
  }

  std::map<std::string, int> published_;
  std::map<std::string, std::set<int>> replayed_;
  std::unique_ptr<uv::Timer> load_;
  int next_ = 0;
};

}  // namespace hermod::test
