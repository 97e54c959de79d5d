#include "uv/loop_throttle.h"

#include <uv.h>

#include <ctime>

namespace hermod::uv {
namespace {

constexpr uint64_t kLookNs = 10'000'000;
constexpr uint64_t kSecondNs = 1'000'000'000;

}  // namespace

uint64_t LoopThrottle::rest(uint64_t now_ns, uint64_t done) {
  look(now_ns, done);
  const uint64_t due_ns = turn_began_ns_ + kApartNs;
  turn_began_ns_ = now_ns;
  if (much_ && now_ns < due_ns && uv_backend_timeout(loop_) != 0) {
    const timespec rest{0, static_cast<long>(due_ns - now_ns)};
    nanosleep(&rest, nullptr);  // a signal may end it early
    turn_began_ns_ = uv_hrtime();
  }
  return turn_began_ns_;
}

void LoopThrottle::look(uint64_t now_ns, uint64_t done) {
  const uint64_t passed_ns = now_ns - looked_ns_;
  if (passed_ns < kLookNs) return;
  much_ = (done - looked_done_) * kSecondNs >= kMuchPerSecond * passed_ns;
  looked_ns_ = now_ns;
  looked_done_ = done;
}

}  // namespace hermod::uv
