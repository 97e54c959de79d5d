#include "redis_topology/fixed_topology.h"

#include <cassert>

namespace hermod {

FixedTopology::FixedTopology(uv_loop_t* loop, const Clock& clock, const TopologyOptions& options)
    : clock_(clock),
      dial_again_ms_(static_cast<int64_t>(options.dial_again_ms)),
      map_(SlotMap::of_one({options.seeds.front(), {}})),
      publish_(loop, [this] { listener_->on_map(map_); }) {
  assert(options.seeds.size() == 1);
}

void FixedTopology::start(TopologyListener& listener) {
  listener_ = &listener;
  published_ms_ = clock_.steady_ms();
  publish_.ask();
}

void FixedTopology::suspect(const RedisEndpoint&, Suspicion reason) {
  const int64_t now_ms = clock_.steady_ms();
  if (reason != Suspicion::kNotMaster || now_ms - published_ms_ < dial_again_ms_) return;
  published_ms_ = now_ms;
  publish_.ask();
}

}  // namespace hermod
