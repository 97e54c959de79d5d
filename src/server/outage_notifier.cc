#include "server/outage_notifier.h"

#include <algorithm>
#include <cassert>

namespace hermod {

OutageNotifier::OutageNotifier(uv_loop_t* loop, const Clock& clock, Hub& hub)
    : clock_(clock),
      hub_(hub),
      timer_(loop, [this] { announce_due(); }),
      rest_(loop, [this] { continue_later(hub_.announcer().announce_some()); }) {}

void OutageNotifier::start() {
  assert(outages_.empty());
  add(std::nullopt);
}

void OutageNotifier::add(std::optional<ShardId> shard) {
  outages_.push_back({shard, clock_.steady_ms()});
  start_timer();
}

void OutageNotifier::on_bus_state(ShardId shard, BusState state) {
  if (state == BusState::kDown) {
    if (!waits(shard)) add(shard);
    return;
  }
  std::erase_if(outages_, [shard](const Outage& outage) { return outage.shard == shard; });
  start_timer();
  if (state == BusState::kUp) continue_later(hub_.announcer().announce_restored(shard));
}

bool OutageNotifier::waits(ShardId shard) const {
  return std::ranges::find(outages_, std::optional(shard), &Outage::shard) != outages_.end();
}

void OutageNotifier::stop() {
  outages_.clear();
  timer_.stop();
  rest_.cancel();
}

void OutageNotifier::continue_later(bool more) {
  if (more) rest_.ask();
}

void OutageNotifier::announce_due() {
  const int64_t now_ms = clock_.steady_ms();
  bool more = false;
  while (!outages_.empty() && outages_.front().since_ms + kPatienceMs <= now_ms) {
    const Outage due = outages_.front();
    outages_.pop_front();
    more |= due.shard ? hub_.announcer().announce_degraded(*due.shard) : announce_unreported();
  }
  continue_later(more);
  start_timer();
}

// Without any shard, no user has one.
bool OutageNotifier::announce_unreported() {
  const BusStatus bus = hub_.host().bus.status();
  if (bus.shards.empty()) return hub_.announcer().announce_degraded(kNoShard);
  bool more = false;
  for (const ShardStatus& shard : bus.shards) {
    if (!shard.up && !waits(shard.shard)) {
      more |= hub_.announcer().announce_degraded(shard.shard);
    }
  }
  return more;
}

void OutageNotifier::start_timer() {
  if (outages_.empty()) return timer_.stop();
  const int64_t due_ms = outages_.front().since_ms + kPatienceMs;
  timer_.start(static_cast<uint64_t>(std::max<int64_t>(due_ms - clock_.steady_ms(), 1)));
}

void OutageNotifier::on_time_moved() {
  announce_due();
}

}  // namespace hermod
