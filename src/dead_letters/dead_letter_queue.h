#pragma once
// The dead letters that DeadLetterWriter accepted and that are not settled, in order, with their
// total size and their limits. Performs no I/O.

#include <cstddef>
#include <cstdint>
#include <list>
#include <utility>

#include "base/clock.h"
#include "dead_letters/dead_letter.h"
#include "dead_letters/dead_letter_options.h"

namespace hermod {

class DeadLetterQueue {
 public:
  struct Entry {
    DeadLetter letter;
    int64_t since_ms;
    std::list<Entry>::iterator self = {};
    bool in_flight = false;
    bool alone = false;  // while in flight: the only one in its batch
  };

  DeadLetterQueue(const DeadLetterOptions& options, const Clock& clock);

  bool full() const { return entries_.size() >= count_max_ || bytes_ >= bytes_max_; }
  bool empty() const { return entries_.empty(); }
  size_t size() const { return entries_.size(); }
  size_t in_flight() const { return in_flight_; }

  // Whether the queue was full since the last take_was_full().
  bool was_full() const { return was_full_; }
  bool take_was_full() { return std::exchange(was_full_, false); }

  void push(DeadLetter letter);

  // The entries that are not in flight, in order; null at the end.
  Entry* first_waiting();
  Entry* next_waiting(const Entry& entry);

  enum class Batch { kAlone, kShared };
  void begin_flight(Entry& entry, Batch batch);
  void end_flight(Entry& entry);

  // Returns false if there is nothing left to truncate.
  bool truncate(Entry& entry);

  // An entry that expires is removed only when it is not in flight, because librdkafka refers to
  // it.
  void remove(Entry& entry);
  void clear();  // after the producer was closed

 private:
  const Clock& clock_;
  size_t count_max_;
  size_t bytes_max_;
  size_t truncated_bytes_;
  std::list<Entry> entries_;
  size_t bytes_ = 0;
  size_t in_flight_ = 0;
  bool was_full_ = false;
};

}  // namespace hermod
