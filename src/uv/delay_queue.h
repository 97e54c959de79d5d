#pragma once
// A queue of values, each of which waits for a delay of its own; one timer serves all. The owner
// (RedisPublisher, RedisReplayer) adds a value, and gets it back in `due` when its delay has
// passed.

#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "uv/timer.h"

namespace hermod::uv {

template <class T>
class DelayQueue {
 public:
  // `due` is called with each value when its delay has passed.
  DelayQueue(uv_loop_t* loop, const Clock& clock, std::function<void(T)> due)
      : clock_(clock), due_(std::move(due)), timer_(loop, [this] { on_timer(); }) {}

  void hold(T value, uint64_t ms) {
    waiting_.emplace(clock_.steady_ms() + static_cast<int64_t>(ms), std::move(value));
    start();
  }

  // Removes and returns all waiting values.
  std::vector<T> release() {
    std::vector<T> all;
    for (auto& [due_ms, value] : std::exchange(waiting_, {})) all.push_back(std::move(value));
    timer_.stop();
    return all;
  }

  // Removes and returns the waiting values for which `matches` returns true.
  std::vector<T> release_if(const std::function<bool(const T&)>& matches) {
    std::vector<T> found;
    for (auto at = waiting_.begin(); at != waiting_.end();) {
      const auto next = std::next(at);
      if (matches(at->second)) found.push_back(std::move(waiting_.extract(at).mapped()));
      at = next;
    }
    if (waiting_.empty()) timer_.stop();
    return found;
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
