#pragma once
// The state of a shard as the listener of the bus knows it: down until both links are ready, then
// up or down for a reason, until it closes. Logs each change, and counts the losses of data.

#include <cstdint>
#include <string>

#include "bus/bus.h"
#include "hermod/log.h"

namespace hermod {

class RedisShardState {
 public:
  // `url` is for the log, without credentials.
  RedisShardState(Log& log, ShardId shard, std::string url)
      : log_(log), shard_(shard), url_(std::move(url)) {}

  // `appears`: the bus has started before, so the listener does not know the shard.
  void start(BusListener& listener, bool appears = false);
  void set_url(std::string url) { url_ = std::move(url); }
  void close();
  void finish_close();

  // The shard is down for this reason; empty: it is up. Precondition: it is started and not
  // closing.
  void report(std::string reason);
  void report_loss(OldStreamIds stream_ids);  // Redis lost its data
  void void_stream_ids();                     // a loss that was reported as kBelow was kVoid

  bool closing() const { return state_ == State::kClosing || state_ == State::kClosed; }
  bool may_be_destroyed() const { return state_ == State::kNew || state_ == State::kClosed; }

  const std::string& reason() const { return reason_; }  // why it is down; empty: it is up
  uint64_t memory_losses() const { return memory_losses_; }
  void fill(ShardStatus& status) const;

 private:
  enum class State { kNew, kDown, kUp, kClosing, kClosed };

  void enter(State next);

  Log& log_;
  ShardId shard_;
  std::string url_;
  BusListener* listener_ = nullptr;
  State state_ = State::kNew;
  std::string reason_ = "not connected yet";  // why it is down
  uint64_t memory_losses_ = 0;
};

}  // namespace hermod
