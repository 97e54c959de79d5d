#pragma once
// A test fixture with a loop per test. The test closes its components; the fixture then asserts
// that the loop is empty. Tests wait for a condition, never for a fixed time.

#include <gtest/gtest.h>

#include <chrono>
#include <functional>

#include "uv/loop.h"

namespace hermod::test {

class LoopTest : public ::testing::Test {
 protected:
  uv_loop_t* loop() { return loop_.get(); }

  // Runs the loop until `condition` is true; the condition must not run the loop. After `patience`,
  // it records a failure and returns false: a limit against hangs, not an expected duration.
  bool run_until(const std::function<bool()>& condition,
                 std::chrono::milliseconds patience = std::chrono::seconds(20));

  // Handles the pending events and all events that follow from them without waiting.
  void settle();

  // Runs the loop until all handles are closed, and asserts that it is empty.
  void TearDown() override;

 private:
  uv::OwnLoop loop_;
};

}  // namespace hermod::test
