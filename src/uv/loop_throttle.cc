#include "uv/loop_throttle.h"

#include <uv.h>

#include <cassert>
#include <ctime>

namespace hermod::uv {
namespace {

constexpr uint64_t kMeasureNs = 10'000'000;
constexpr uint64_t kSecondNs = 1'000'000'000;

}  // namespace

uint64_t LoopThrottle::throttle(uint64_t now_ns, uint64_t done) {
  measure(now_ns, done);
  const uint64_t due_ns = iteration_began_ns_ + kApartNs;
  iteration_began_ns_ = now_ns;
  if (loaded_ && now_ns < due_ns && uv_backend_timeout(loop_) != 0) {
    const timespec pause{0, static_cast<long>(due_ns - now_ns)};
    nanosleep(&pause, nullptr);  // a signal may end it early
    iteration_began_ns_ = uv_hrtime();
  }
  return iteration_began_ns_;
}

void LoopThrottle::measure(uint64_t now_ns, uint64_t done) {
  assert(now_ns >= measured_ns_);
  assert(done >= measured_done_);
  const uint64_t passed_ns = now_ns - measured_ns_;
  if (passed_ns < kMeasureNs) return;
  loaded_ = (done - measured_done_) * kSecondNs >= kMuchPerSecond * passed_ns;
  measured_ns_ = now_ns;
  measured_done_ = done;
}

}  // namespace hermod::uv
