#include "dead_letters/dead_letter_queue.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>

namespace hermod {

DeadLetterQueue::DeadLetterQueue(const DeadLetterOptions& options, const Clock& clock)
    : clock_(clock),
      count_max_(options.dead_letters_max),
      bytes_max_(options.bytes_max),
      truncated_bytes_(options.truncated_bytes) {}

void DeadLetterQueue::push(DeadLetter letter) {
  bytes_ += letter.bytes();
  entries_.push_back({std::move(letter), clock_.steady_ms()});
  entries_.back().self = std::prev(entries_.end());
  was_full_ = was_full_ || full();
}

DeadLetterQueue::Entry* DeadLetterQueue::first_waiting() {
  const auto first = std::ranges::find(entries_, false, &Entry::in_flight);
  return first == entries_.end() ? nullptr : &*first;
}

DeadLetterQueue::Entry* DeadLetterQueue::next_waiting(const Entry& entry) {
  const auto next = std::find_if(std::next(entry.self), entries_.end(),
                                 [](const Entry& one) { return !one.in_flight; });
  return next == entries_.end() ? nullptr : &*next;
}

void DeadLetterQueue::begin_flight(Entry& entry, Batch batch) {
  assert(!entry.in_flight);
  entry.in_flight = true;
  entry.alone = batch == Batch::kAlone;
  ++in_flight_;
  assert(in_flight_ <= entries_.size());
}

void DeadLetterQueue::end_flight(Entry& entry) {
  assert(entry.in_flight);
  assert(in_flight_ > 0);
  entry.in_flight = false;
  --in_flight_;
}

bool DeadLetterQueue::truncate(Entry& entry) {
  assert(!entry.in_flight);
  const size_t before = entry.letter.bytes();
  if (!entry.letter.truncate(truncated_bytes_)) return false;
  bytes_ -= before;
  bytes_ += entry.letter.bytes();
  return true;
}

void DeadLetterQueue::remove(Entry& entry) {
  assert(!entry.in_flight);
  assert(bytes_ >= entry.letter.bytes());
  bytes_ -= entry.letter.bytes();
  entries_.erase(entry.self);
}

void DeadLetterQueue::clear() {
  entries_.clear();
  bytes_ = 0;
  in_flight_ = 0;
}

}  // namespace hermod
