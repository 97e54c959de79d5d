#pragma once
// When to send what: so many a second, or as fast as it goes; to each user in turn, or bursts of
// some to each.

#include <cstdint>

namespace hermod::bench {

struct Turn {
  uint64_t user;      // the how-manieth
  uint64_t sequence;  // within the user
};

// Whose turn the `number`-th text is.
Turn turn_of(uint64_t number, uint64_t users, uint64_t burst);

class Pace {
 public:
  // `rate` a second, 0: all `count` are due at once. The time begins to run now.
  Pace(double rate, uint64_t count);

  uint64_t due(int64_t now_ns) const;  // how many should have gone

  // When the one after the first `sent` is due.
  int64_t due_ns(uint64_t sent) const;

 private:
  double rate_;
  uint64_t count_;
  int64_t began_ns_;
};

// Sleeps until then, to within microseconds.
void sleep_until(int64_t steady_ns);

}  // namespace hermod::bench
