#include "support/loop_test.h"

#include "uv/iteration_hook.h"
#include "uv/timer.h"

namespace hermod::test {

bool LoopTest::run_until(const std::function<bool()>& condition,
                         std::chrono::milliseconds patience) {
  bool late = false;
  uv::Timer watchdog(loop(), [&late] { late = true; });
  watchdog.start(static_cast<uint64_t>(patience.count()));
  // Checks the condition after timers, before the loop blocks for events that may never arrive. A
  // true condition is not evaluated again, because it may have side effects.
  bool met = false;
  auto look = [&] { return met || (met = condition()); };
  uv::IterationHook turn_end(loop(), [&] {
    if (look()) loop_.stop();
  });
  while (!look()) {
    if (late) {
      ADD_FAILURE() << "the condition is still false after " << patience.count() << " ms";
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
