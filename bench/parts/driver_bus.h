#pragma once
// A bus without a bus: subscriptions stand and histories are empty as soon as answer() is called,
// and texts are put in by whoever drives a measurement. What hermod does from here on is hermod
// alone.

#include <deque>
#include <string>

#include "bus/bus.h"
#include "hermod/log.h"

namespace hermod::bench {

class DriverBus final : public Bus {
 public:
  // Confirms what was asked for since the last call; false when that was nothing.
  bool answer(BusListener& listener);

  uint64_t marks() const { return marks_; }

  Result<void> start(BusListener&, PublishListener&) override { return {}; }
  void publish(const Publication&) override {}
  void subscribe(std::string_view user) override { subscribed_.emplace_back(user); }
  void unsubscribe(std::string_view) override {}
  void replay(const ReplayRequest&, ReplayDone done) override { asked_.push_back(std::move(done)); }
  void acknowledge(std::string_view, StreamId) override { ++marks_; }
  void write_acknowledged(std::string_view) override {}
  BusStatus status() const override { return {}; }
  void close(Closed closed) override { closed(); }

 private:
  std::deque<std::string> subscribed_;
  std::deque<ReplayDone> asked_;
  uint64_t marks_ = 0;
};

class NoLog final : public Log {
 public:
  void write(LogLevel, std::string_view, std::initializer_list<LogField>) override {}
  void write_limited(std::string_view, LogLevel, std::string_view,
                     std::initializer_list<LogField>) override {}
};

}  // namespace hermod::bench
