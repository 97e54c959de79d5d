#pragma once
// A loop of its own for each test. The test's parts close themselves; the fixture then proves the
// loop empty. Waiting is for a condition, never for a time.

#include <gtest/gtest.h>

#include <chrono>
#include <functional>

#include "uv/loop.h"

namespace hermod::test {

class LoopTest : public ::testing::Test {
 protected:
  uv_loop_t* loop() { return loop_.get(); }

  // Turns the loop until `condition` holds, which must not turn it itself. False, with a failure
  // recorded, after `patience`: a bound on a hang, not a time to be waited for.
  bool run_until(const std::function<bool()>& condition,
                 std::chrono::milliseconds patience = std::chrono::seconds(20));

  // Serves what is ready now, and all that follows from it without waiting.
  void settle();

  // Closes what the test's parts left, turns the loop until it is empty and asserts that it is.
  void TearDown() override;

 private:
  uv::OwnLoop loop_;
};

}  // namespace hermod::test
