#include "dead_letters/dead_letter_expiry.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace hermod {

DeadLetterExpiry::DeadLetterExpiry(uv_loop_t* loop, const Clock& clock,
                                   const DeadLetterOptions& options, DeadLetterQueue& queue,
                                   std::function<void()> on_expired)
    : clock_(clock),
      hold_ms_(static_cast<int64_t>(options.hold_ms)),
      later_hold_ms_(static_cast<int64_t>(options.later_hold_ms)),
      queue_(queue),
      timer_(loop, std::move(on_expired)) {}

void DeadLetterExpiry::on_failed() {
  if (!failed_ms_) failed_ms_ = clock_.steady_ms();
}

void DeadLetterExpiry::on_recovered() {
  recovered_ms_ = clock_.steady_ms();
}

// Dead letters are written in order, so all those that waited during the failure are written when a
// later one is.
void DeadLetterExpiry::on_written(const DeadLetterQueue::Entry& entry) {
  if (entry.since_ms > recovered_ms_) failed_ms_.reset();
}

bool DeadLetterExpiry::held_too_long() const {
  return failed_ms_ && clock_.steady_ms() >= *failed_ms_ + hold_ms_;
}

int64_t DeadLetterExpiry::time_left_ms(const DeadLetterQueue::Entry& entry) const {
  assert(failed_ms_);
  const int64_t over_ms = *failed_ms_ + hold_ms_;
  const int64_t later_ms = entry.since_ms + later_hold_ms_;
  return (entry.since_ms < over_ms ? over_ms : later_ms) - clock_.steady_ms();
}

DeadLetterQueue::Entry* DeadLetterExpiry::first_expired() const {
  DeadLetterQueue::Entry* const first = queue_.first_waiting();
  return first != nullptr && time_left_ms(*first) <= 0 ? first : nullptr;
}

void DeadLetterExpiry::end() {
  ended_ = true;
  stop();
}

void DeadLetterExpiry::start() {
  if (ended_) return;
  const DeadLetterQueue::Entry* const first = queue_.first_waiting();
  if (first == nullptr) return;
  timer_.start(static_cast<uint64_t>(std::max<int64_t>(time_left_ms(*first), 0)));
}

}  // namespace hermod
