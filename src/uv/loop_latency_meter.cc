#include "uv/loop_latency_meter.h"

#include <uv.h>

#include <cassert>
#include <utility>

#include "uv/must.h"

namespace hermod::uv {

LoopLatencyMeter::LoopLatencyMeter(uv_loop_t* loop, OnIteration on_iteration)
    : on_iteration_(std::move(on_iteration)), prepare_(new uv_prepare_t) {
  must(uv_loop_configure(loop, UV_METRICS_IDLE_TIME));  // otherwise the idle time is always 0
  must(uv_prepare_init(loop, prepare_.get()));
  prepare_->data = this;
  must(uv_prepare_start(prepare_.get(), prepare_cb));
  uv_unref(reinterpret_cast<uv_handle_t*>(prepare_.get()));
}

void LoopLatencyMeter::prepare_cb(uv_prepare_t* handle) noexcept {
  static_cast<LoopLatencyMeter*>(handle->data)->measure();
}

// The loop handles I/O inside its wait, so only the loop knows how much of that time was work.
void LoopLatencyMeter::measure() {
  const uint64_t now_ns = uv_hrtime();
  const uint64_t idle_ns = uv_metrics_idle_time(prepare_->loop);
  assert(now_ns >= last_ns_);
  assert(idle_ns >= idle_ns_);
  const uint64_t last_ns = std::exchange(last_ns_, now_ns);
  const uint64_t waited_ns = idle_ns - std::exchange(idle_ns_, idle_ns);
  const uint64_t took_ns = now_ns - last_ns;
  if (last_ns != 0 && took_ns > waited_ns) on_iteration_(took_ns - waited_ns);
  if (throttle_) last_ns_ = throttle_(now_ns);
}

}  // namespace hermod::uv
