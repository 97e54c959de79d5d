#pragma once
// A fixture with one loop per test. The test closes its objects; the fixture then verifies that the
// loop has no handles. Tests wait for a condition, never for a time.

#include <gtest/gtest.h>

#include <chrono>
#include <functional>

#include "uv/loop.h"

namespace hermod::test {

class LoopTest : public ::testing::Test {
 protected:
  uv_loop_t* loop() { return loop_.get(); }

  // Runs the loop until `condition` is true. The condition must not run the loop. Returns false and
  // records a test failure after `patience`, which only limits the time of a failing test.
  bool run_until(const std::function<bool()>& condition,
                 std::chrono::milliseconds patience = std::chrono::seconds(20));

  // Runs the loop without blocking until no event is ready.
  void settle();

  // Runs the loop until it has no handles, and asserts that.
  void TearDown() override;

 private:
  uv::OwnLoop loop_;
};

}  // namespace hermod::test
