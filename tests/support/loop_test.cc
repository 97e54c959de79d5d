#include "support/loop_test.h"

#include "uv/iteration_hook.h"
#include "uv/timer.h"

namespace hermod::test {

bool LoopTest::run_until(const std::function<bool()>& condition,
                         std::chrono::milliseconds patience) {
  bool late = false;
  uv::Timer watchdog(loop(), [&late] { late = true; });
  watchdog.start(static_cast<uint64_t>(patience.count()));
  // The condition is checked before the loop waits, because a timer may have made it true and no
  // other event may follow. Once it is true it is not called again: it may consume something.
  bool met = false;
  auto look = [&] { return met || (met = condition()); };
  uv::IterationHook turn_end(loop(), [&] {
    if (look()) loop_.stop();
  });
  while (!look()) {
    if (late) {
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
