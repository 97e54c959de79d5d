#pragma once
// A bus for measurements of hermod without Redis: answer() confirms all subscriptions and completes
// all replays as empty, and the benchmark passes messages directly to the hub.

#include <deque>
#include <string>

#include "bus/bus.h"
#include "hermod/log.h"

namespace hermod::bench {

class DriverBus final : public Bus {
 public:
  // Confirms the subscriptions and completes the replays requested since the last call. Returns
  // false if there were none.
  bool answer(BusListener& listener);

  uint64_t marks() const { return marks_; }

  Result<void> start(BusListener&, PublishListener&) override { return {}; }
  ShardId shard_of(std::string_view) const override { return 0; }
  void publish(const Publication&) override {}
  void subscribe(std::string_view user) override { subscribed_.emplace_back(user); }
  void unsubscribe(std::string_view) override {}
  void replay(const ReplayRequest&, ReplayDone done) override { asked_.push_back(std::move(done)); }
  void acknowledge(const Acknowledgement&) override { ++marks_; }
  void end_cursor(std::string_view, const Cursor&, CursorEnd) override {}
  void revoke(const RevokeRequest&, RevokeDone) override {}
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
