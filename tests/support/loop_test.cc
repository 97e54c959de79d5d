#include "support/loop_test.h"

#include "uv/timer.h"
#include "uv/turn_end.h"

namespace hermod::test {

bool LoopTest::run_until(const std::function<bool()>& condition,
                         std::chrono::milliseconds patience) {
  // A turn serves timers before it waits, so what a timer brings about is seen only after the waiting:
  // the tick ends it.
  constexpr uint64_t kTickMs = 1;
  uv::Timer tick(loop(), [] {});
  tick.start(kTickMs, kTickMs);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) {
      ADD_FAILURE() << "the condition did not come about within " << patience.count() << " ms";
      return false;
    }
    loop_.run_once();
  }
  return true;
}

void LoopTest::settle() {
  for (int turn = 0; turn < 10; ++turn) loop_.poll();
}

void LoopTest::TearDown() {
  loop_.run();
  EXPECT_EQ(loop_.close(), 0);
}

}  // namespace hermod::test
