#pragma once
// Values that each wait for a delay of their own, with one timer for all.

#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "uv/timer.h"

namespace hermod::uv {

template <class T>
class DelayQueue {
 public:
  // `due` gets each value when its delay has passed.
  DelayQueue(uv_loop_t* loop, const Clock& clock, std::function<void(T)> due)
      : clock_(clock), due_(std::move(due)), timer_(loop, [this] { on_timer(); }) {}

  void hold(T what, uint64_t ms) {
    waiting_.emplace(clock_.steady_ms() + static_cast<int64_t>(ms), std::move(what));
    start();
  }

  // Returns all waiting values; `due` does not get them any more.
  std::vector<T> release() {
    std::vector<T> all;
    for (auto& [at_ms, what] : std::exchange(waiting_, {})) all.push_back(std::move(what));
    timer_.stop();
    return all;
  }

  size_t size() const { return waiting_.size(); }

 private:
  void start() {
    if (waiting_.empty()) return;
    const int64_t left_ms = waiting_.begin()->first - clock_.steady_ms();
    timer_.start(static_cast<uint64_t>(left_ms > 0 ? left_ms : 0));
  }

  void on_timer() {
    const int64_t now_ms = clock_.steady_ms();
    while (!waiting_.empty() && waiting_.begin()->first <= now_ms) {
      due_(std::move(waiting_.extract(waiting_.begin()).mapped()));
    }
    start();
  }

  const Clock& clock_;
  std::function<void(T)> due_;
  std::multimap<int64_t, T> waiting_;
  Timer timer_;
};

}  // namespace hermod::uv
