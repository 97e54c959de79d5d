#pragma once
// Several processes on one Redis, each with a hub and its bus, and connections without sockets.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/hub.h"
#include "redis_bus/redis_bus.h"
#include "support/loop_test.h"
#include "support/recording_log.h"

namespace hermod::test {

class NoPublications final : public PublishListener {
 public:
  void on_published(Ticket, PublishOutcome, std::string_view) override {}
  bool still_wanted(Ticket) override { return true; }
  void on_unanswered() override {}
};

struct Tab final : Peer {
  explicit Tab(Hub& hub) : session(hub.host(), *this) {}
  void on_admitted() override { admitted = true; }
  void wake() override {}
  void flush_now() override {}
  void close(CloseCode code, ErrorCode, std::string_view) override {
    code_ = static_cast<int>(code);
  }
  bool decided() const { return admitted || code_ != 0; }
  bool open() const { return admitted && code_ == 0; }

  Session session;
  bool admitted = false;
  int code_ = 0;
};

// A process: a hub and its bus. A tab that was closed leaves when the test says so.
class Process {
 public:
  Process(uv_loop_t* loop, Log& log, const RedisBusOptions& options)
      : bus(loop, clock, log, options), hub(bus, {clock, log, stats, observers}, {}) {}

  void start() { EXPECT_TRUE(bus.start(hub, publications)); }

  // False: this process alone has the limit.
  bool connect(const std::string& user) {
    auto tab = std::make_unique<Tab>(hub);
    if (!hub.join(tab->session, user)) return false;
    tabs.push_back(std::move(tab));
    return true;
  }
  void disconnect_all() {
    for (auto& tab : tabs) hub.leave(tab->session);
    tabs.clear();
  }
  void remove_closed() {
    std::erase_if(tabs, [this](auto& tab) {
      if (tab->code_ != 0) hub.leave(tab->session);
      return tab->code_ != 0;
    });
  }
  bool decided() const {
    return std::ranges::all_of(tabs, [](const auto& tab) { return tab->decided(); });
  }
  long open() const {
    return std::ranges::count_if(tabs, [](const auto& tab) { return tab->open(); });
  }
  bool up() const { return bus.status().up; }

  MovableClock clock;
  Stats stats;
  Observers observers;
  NoPublications publications;
  RedisBus bus;
  Hub hub;
  std::vector<std::unique_ptr<Tab>> tabs;
};

class LeaseTest : public LoopTest {
 protected:
  void open(const std::string& url, size_t count) {
    for (size_t i = 0; i < count; ++i) add(url, kPresenceGraceMs).start();
    until_up();
  }
  // A process that has not started.
  Process& add(const std::string& url, uint64_t presence_grace_ms) {
    RedisBusOptions options;
    options.url = RedisUrl::parse(url).take();
    options.connect_timeout_ms = 2000;
    options.presence_grace_ms = presence_grace_ms;
    options.process = "process-" + std::to_string(processes_.size());
    return *processes_.emplace_back(std::make_unique<Process>(loop(), log_, options));
  }
  void until_up() {
    ASSERT_TRUE(until([&] {
      return std::ranges::all_of(processes_, [](const auto& one) { return one->up(); });
    }));
  }
  void TearDown() override {
    size_t closed = 0;
    for (auto& one : processes_) {
      one->disconnect_all();
      one->bus.close([&closed] { ++closed; });
    }
    until([&] { return closed == processes_.size(); });
    processes_.clear();
    LoopTest::TearDown();
  }

  Process& process(size_t number) { return *processes_[number]; }
  void until_decided() {
    ASSERT_TRUE(until([&] {
      return std::ranges::all_of(processes_, [](const auto& one) { return one->decided(); });
    }));
  }
  bool until(const std::function<bool()>& condition) {
    return run_until(condition, std::chrono::milliseconds(30'000));
  }
  long open_tabs() const {
    long open = 0;
    for (const auto& one : processes_) open += one->open();
    return open;
  }
  static std::string key(const std::string& user) { return "hermod:{" + user + "}:presence"; }

  RecordingLog log_;
  std::vector<std::unique_ptr<Process>> processes_;
};

}  // namespace hermod::test
