#pragma once
// Notifies the users of a shard when the shard is lost and restored (protocol section 3, service
// notices). It sends one notice per outage, and only after 2 s, so that a short interruption of
// Redis is not announced. Owned by the server, which starts and stops it; the bus is observed
// through Observers.

#include <deque>
#include <optional>

#include "base/clock.h"
#include "bus/bus.h"
#include "core/hub.h"
#include "core/observer.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

class OutageNotifier final : public Observer {
 public:
  OutageNotifier(uv_loop_t* loop, const Clock& clock, Hub& hub);

  void start();  // the shards that are not reported up count as down from now on
  void stop();
  void on_time_moved();  // a test advanced the clock

  void on_bus_state(ShardId shard, BusState state) override;

 private:
  static constexpr int64_t kPatienceMs = 2000;

  struct Outage {
    std::optional<ShardId> shard;  // unset: all shards that were not reported since the start
    int64_t since_ms;              // steady
  };

  void add(std::optional<ShardId> shard);
  bool waits(ShardId shard) const;
  void announce_due();
  bool announce_unreported();
  void start_timer();
  void continue_later(bool more);

  const Clock& clock_;
  Hub& hub_;
  std::deque<Outage> outages_;  // not announced yet; the oldest first
  uv::Timer timer_;             // ends when the oldest one is due
  uv::Immediate rest_;          // notifies the other connections, some in each loop iteration
};

}  // namespace hermod
