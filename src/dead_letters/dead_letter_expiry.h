#pragma once
// Decides how long a dead letter is held while its topic cannot be written: until `hold_ms` after
// the first failure, and after that time for `later_hold_ms`. A failure counts as the same one as
// long as a dead letter of it is waiting. Owned by DeadLetterWriter, which settles the dead letters
// that expired and were logged.

#include <cstdint>
#include <functional>
#include <optional>

#include "base/clock.h"
#include "dead_letters/dead_letter_options.h"
#include "dead_letters/dead_letter_queue.h"
#include "uv/timer.h"

namespace hermod {

class DeadLetterExpiry {
 public:
  DeadLetterExpiry(uv_loop_t* loop, const Clock& clock, const DeadLetterOptions& options,
                   DeadLetterQueue& queue, std::function<void()> on_expired);

  void on_failed();
  void on_recovered();
  void on_written(const DeadLetterQueue::Entry& entry);
  void on_empty() { failed_ms_.reset(); }

  // The failure, even if it has ended, has lasted for `hold_ms`.
  bool held_too_long() const;

  // The first entry that is not in flight, if it has been held for long enough; otherwise null. One
  // in flight cannot expire: the result of its delivery follows.
  DeadLetterQueue::Entry* first_expired() const;

  // Calls on_expired() when the first entry expires. Precondition: on_failed() was called.
  void start();
  void stop() { timer_.stop(); }
  void end();  // nothing expires from now on

 private:
  int64_t time_left_ms(const DeadLetterQueue::Entry& entry) const;

  const Clock& clock_;
  int64_t hold_ms_;
  int64_t later_hold_ms_;
  DeadLetterQueue& queue_;
  uv::Timer timer_;
  bool ended_ = false;
  std::optional<int64_t> failed_ms_;
  int64_t recovered_ms_ = 0;
};

}  // namespace hermod
