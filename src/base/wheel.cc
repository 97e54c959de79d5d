#include "base/wheel.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace hermod {

void Wheel::set(Entry& entry, int64_t due_ms) {
  cancel(entry);
  entry.due_ms_ = due_ms;
  insert(entry);
}

void Wheel::insert(Entry& entry) {
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

void Wheel::cancel(Entry& entry) {
  if (!entry.scheduled()) return;
  *entry.link_ = entry.next_;
  if (entry.next_ != nullptr) entry.next_->link_ = entry.link_;
  entry.next_ = nullptr;
  entry.link_ = nullptr;
  assert(size_ > 0);
  --size_;
}

void Wheel::advance(int64_t now_ms, const std::function<void(Entry&)>& on_due) {
  const int64_t now_tick = now_ms / kTickMs;
  // One round serves every bucket, however long ago the last call was.
  const int64_t last = std::min(now_tick, tick_ + static_cast<int64_t>(kBuckets));
  const int64_t first = tick_ + 1;
  tick_ = std::max(now_tick, tick_);
  for (int64_t tick = first; tick <= last; ++tick) {
    serve(static_cast<size_t>(tick) % kBuckets, on_due);
  }
}

void Wheel::serve(size_t bucket, const std::function<void(Entry&)>& on_due) {
  if (buckets_[bucket] == nullptr) {
    filled_[bucket / 64] &= ~(uint64_t{1} << (bucket % 64));
    return;
  }
  // The bucket becomes a list of its own first: what on_due sets may fall into this very bucket.
  Entry* head = buckets_[bucket];
  buckets_[bucket] = nullptr;
  filled_[bucket / 64] &= ~(uint64_t{1} << (bucket % 64));
  head->link_ = &head;
  while (head != nullptr) {
    Entry& entry = *head;
    cancel(entry);
    if ((entry.due_ms_ + kTickMs - 1) / kTickMs <= tick_) {
      on_due(entry);
    } else {
      insert(entry);  // of a later round
    }
  }
}

std::optional<int64_t> Wheel::next_due_ms() const {
  if (size_ == 0) return std::nullopt;
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
