#include "base/timer_wheel.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <utility>

namespace hermod {

void TimerWheel::set(Entry& entry, int64_t due_ms) {
  cancel(entry);
  entry.due_ms_ = due_ms;
  insert(entry);
}

void TimerWheel::insert(Entry& entry) {
  assert(!entry.scheduled());
  const int64_t rounded_up = (entry.due_ms_ + kTickMs - 1) / kTickMs;
  const size_t bucket = static_cast<size_t>(std::max(rounded_up, tick_ + 1)) % kBuckets;
  Entry*& head = buckets_[bucket];
  entry.next_ = head;
  if (head != nullptr) head->link_ = &entry.next_;
  entry.link_ = &head;
  head = &entry;
  filled_[bucket / 64] |= uint64_t{1} << (bucket % 64);
  ++size_;
}

void TimerWheel::cancel(Entry& entry) {
  if (!entry.scheduled()) return;
  assert(*entry.link_ == &entry);
  *entry.link_ = entry.next_;
  if (entry.next_ != nullptr) entry.next_->link_ = entry.link_;
  entry.next_ = nullptr;
  entry.link_ = nullptr;
  assert(size_ > 0);
  --size_;
}

void TimerWheel::advance(int64_t now_ms, const std::function<void(Entry&)>& on_due, size_t count) {
  assert(count > 0);
  const int64_t now_tick = now_ms / kTickMs;
  // One round covers every bucket, however long ago the last call was.
  const int64_t last = std::min(now_tick, tick_ + static_cast<int64_t>(kBuckets));
  const int64_t first = tick_ + 1;
  tick_ = std::max(now_tick, tick_);
  bool all = serve(rest_, on_due, count);
  if (!all) tick_ = first - 1;
  for (int64_t tick = first; all && tick <= last; ++tick) {
    const size_t bucket = static_cast<size_t>(tick) % kBuckets;
    filled_[bucket / 64] &= ~(uint64_t{1} << (bucket % 64));
    all = serve(buckets_[bucket], on_due, count);
    if (!all) tick_ = tick;
  }
}

// Returns false if `count` entries fired and the rest of the bucket is in rest_.
bool TimerWheel::serve(Entry*& list, const std::function<void(Entry&)>& on_due, size_t& count) {
  // Detaches the list first: `on_due` may schedule entries into the same bucket.
  Entry* head = std::exchange(list, nullptr);
  if (head == nullptr) return true;
  assert(head->link_ == &list);
  head->link_ = &head;
  while (head != nullptr && count != 0) {
    Entry& entry = *head;
    cancel(entry);
    if ((entry.due_ms_ + kTickMs - 1) / kTickMs <= tick_) {
      --count;
      on_due(entry);
    } else {
      insert(entry);  // due in a later round
    }
  }
  if (head == nullptr) return true;
  assert(rest_ == nullptr);
  rest_ = head;
  head->link_ = &rest_;
  return false;
}

std::optional<int64_t> TimerWheel::next_due_ms() const {
  if (size_ == 0) return std::nullopt;
  if (rest_ != nullptr) return tick_ * kTickMs;
  const size_t start = static_cast<size_t>(tick_ + 1) % kBuckets;
  for (size_t ahead = 0; ahead < kBuckets;) {
    const size_t bucket = (start + ahead) % kBuckets;
    const uint64_t word = filled_[bucket / 64] >> (bucket % 64);
    if (word == 0) {
      ahead += 64 - bucket % 64;
      continue;
    }
    ahead += static_cast<size_t>(std::countr_zero(word));
    if (buckets_[(start + ahead) % kBuckets] != nullptr) {
      return (tick_ + 1 + static_cast<int64_t>(ahead)) * kTickMs;
    }
    ++ahead;  // its entries were cancelled
  }
  return (tick_ + static_cast<int64_t>(kBuckets)) * kTickMs;
}

}  // namespace hermod
