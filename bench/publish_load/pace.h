#pragma once
// Determines when to send the next message, and to which user.

#include <cstdint>

namespace hermod::bench {

struct Turn {
  uint64_t user;      // index of the user
  uint64_t sequence;  // sequence number of the user's messages
};

// The recipient of message `number`: `burst` messages to each user, one user after the other.
Turn turn_of(uint64_t number, uint64_t users, uint64_t burst);

class Pace {
 public:
  // `rate` is per second; 0: all `count` messages are due at once. The time starts now.
  Pace(double rate, uint64_t count);

  uint64_t due(int64_t now_ns) const;  // number of messages that are due by now

  // When the next message is due, after `sent` messages.
  int64_t due_ns(uint64_t sent) const;

 private:
  double rate_;
  uint64_t count_;
  int64_t began_ns_;
};

// Sleeps until this time of steady_ns(), with an error of microseconds.
void sleep_until(int64_t steady_ns);

}  // namespace hermod::bench
