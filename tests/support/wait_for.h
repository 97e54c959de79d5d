#pragma once
// Waits for a condition outside the loop, such as the state of a child process.

#include <poll.h>

#include <chrono>
#include <stdexcept>
#include <string>

namespace hermod::test {

// Evaluates the condition until it is true. Throws after `patience`, which only limits the time of
// a failing test.
template <class Condition>
void wait_for(const std::string& what, Condition condition,
              std::chrono::milliseconds patience = std::chrono::seconds(20)) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("not within " + std::to_string(patience.count()) + " ms: " + what);
    }
    ::poll(nullptr, 0, 2);  // between two evaluations
  }
}

}  // namespace hermod::test
