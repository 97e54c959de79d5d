#include "ws/drain_pace.h"

#include <algorithm>
#include <cassert>

namespace hermod {

void DrainPace::begin(int64_t now_ms, int64_t window_ms, size_t connections) {
  assert(window_ms >= 0);
  begun_ = true;
  started_ms_ = now_ms;
  window_ms_ = window_ms;
  total_ = left_ = connections;
  sent_ = 0;
}

void DrainPace::on_step(int64_t now_ms, size_t connections) {
  assert(begun_);
  const int64_t elapsed = now_ms - started_ms_;
  if (elapsed >= window_ms_) {
    target_ = SIZE_MAX;
    // A second pass, for connections whose handshake was not complete in the first one.
    if (left_ == 0) left_ = connections;
  } else {
    target_ = total_ * static_cast<size_t>(elapsed + kStepMs) / static_cast<size_t>(window_ms_);
  }
  unanswered_ = 0;
}

std::optional<size_t> DrainPace::next(size_t connections) {
  assert(begun_);
  left_ = std::min(left_, connections);
  if (left_ == 0 || sent_ >= target_ || unanswered_ >= kUnansweredMax) return std::nullopt;
  return --left_;
}

void DrainPace::on_close_sent() {
  assert(sent_ < target_);
  ++sent_;
  ++unanswered_;
}

bool DrainPace::on_removed() {
  return unanswered_ > 0 && --unanswered_ == kUnansweredMax / 2;
}

}  // namespace hermod
