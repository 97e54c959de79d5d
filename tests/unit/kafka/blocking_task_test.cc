#include "kafka/blocking_task.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "support/loop_test.h"

namespace hermod {
namespace {

using BlockingTaskTest = test::LoopTest;

// Shared with a thread that may run longer than the test.
struct Gate {
  void open() {
    const std::lock_guard lock(mutex);
    is_open = true;
    changed.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return is_open; });
  }
  std::mutex mutex;
  std::condition_variable changed;
  bool is_open = false;
};

TEST_F(BlockingTaskTest, TellsOnALaterTurn) {
  BlockingTask task;
  bool done = false;
  bool worked = false;
  task.run(
      loop(), [&worked] { worked = true; }, [&done] { done = true; });
  EXPECT_FALSE(done);
  run_until([&] { return done; });
  EXPECT_TRUE(worked);
}

TEST_F(BlockingTaskTest, IsNotWaitedForLongerThanItsPatience) {
  BlockingTask task;
  const auto gate = std::make_shared<Gate>();
  const auto over = std::make_shared<Gate>();
  bool done = false;
  task.run_for(
      20, loop(),
      [gate, over] {
        gate->wait();
        over->open();
      },
      [&done] { done = true; });
  run_until([&] { return done; });
  gate->open();
  over->wait();  // the work continued
}

TEST_F(BlockingTaskTest, WithinItsPatienceIsAsEver) {
  BlockingTask task;
  bool done = false;
  task.run_for(
      60'000, loop(), [] {}, [&done] { done = true; });
  run_until([&] { return done; });
}

}  // namespace
}  // namespace hermod
