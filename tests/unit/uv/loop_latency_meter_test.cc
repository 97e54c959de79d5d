#include "uv/loop_latency_meter.h"

#include <uv.h>

#include <chrono>
#include <vector>

#include "support/loop_test.h"
#include "uv/timer.h"

namespace hermod {
namespace {

using LoopLatencyMeterTest = test::LoopTest;

constexpr uint64_t kMillisecond = 1'000'000;

void work_for(std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
  }
}

TEST_F(LoopLatencyMeterTest, WorkCountsAndWaitingDoesNot) {
  std::vector<uint64_t> turns;
  uv::LoopLatencyMeter meter(loop(), [&](uint64_t busy_ns) { turns.push_back(busy_ns); });
  int fired = 0;
  uv::Timer timer(loop(), [&] {
    if (++fired == 2) work_for(std::chrono::milliseconds(30));
  });
  timer.start(200, 200);
  run_until([&] { return fired == 3; });
  timer.stop();
  uint64_t busy_ns = 0;
  uint64_t longest_ns = 0;
  for (const uint64_t turn : turns) {
    busy_ns += turn;
    longest_ns = std::max(longest_ns, turn);
  }
  EXPECT_GE(longest_ns, 30 * kMillisecond);
  EXPECT_LT(busy_ns, 400 * kMillisecond);  // of 600 ms in all
}

TEST_F(LoopLatencyMeterTest, ARestBeforeTheWaitIsNoWork) {
  uint64_t longest_ns = 0;
  int rests = 0;
  uv::LoopLatencyMeter meter(loop(),
                             [&](uint64_t busy_ns) { longest_ns = std::max(longest_ns, busy_ns); });
  meter.throttle_with([&](uint64_t) {
    if (++rests == 1) work_for(std::chrono::milliseconds(400));
    return uv_hrtime();
  });
  int fired = 0;
  uv::Timer timer(loop(), [&] { ++fired; });
  timer.start(1, 1);
  run_until([&] { return fired == 3; });
  timer.stop();
  EXPECT_GE(rests, 2);
  EXPECT_LT(longest_ns, 300 * kMillisecond);
}

TEST_F(LoopLatencyMeterTest, KeepsNothingAlive) {
  uv::LoopLatencyMeter meter(loop(), [](uint64_t) {});
  settle();
}

}  // namespace
}  // namespace hermod
