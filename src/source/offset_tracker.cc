#include "source/offset_tracker.h"

#include <algorithm>
#include <cassert>

namespace hermod {
namespace {

// Below this many done entries in between a sweep is not worth its cost.
constexpr size_t kSweepMin = 64;

}  // namespace

void OffsetTracker::open(int64_t offset, void* record) {
  assert(offset >= next_);
  assert(record != nullptr);
  entries_.push_back({offset, record, false});
  next_ = offset + 1;
  ++kept_;
}

OffsetTracker::Entry* OffsetTracker::find(int64_t offset) {
  const auto found =
      std::lower_bound(entries_.begin(), entries_.end(), offset,
                       [](const Entry& entry, int64_t wanted) { return entry.offset < wanted; });
  if (found == entries_.end() || found->offset != offset || found->done) return nullptr;
  return &*found;
}

void* OffsetTracker::settle(int64_t offset) {
  Entry* entry = find(offset);
  return entry == nullptr ? nullptr : close_entry(*entry);
}

void* OffsetTracker::release(int64_t offset) {
  Entry* entry = find(offset);
  if (entry == nullptr || entry->record == nullptr) return nullptr;
  --kept_;
  return std::exchange(entry->record, nullptr);
}

void* OffsetTracker::defer(int64_t offset) {
  Entry* entry = find(offset);
  if (entry == nullptr) return nullptr;
  reread_from_ = std::min(reread_from_.value_or(offset), offset);
  return close_entry(*entry);
}

void* OffsetTracker::close_entry(Entry& entry) {
  void* const record = std::exchange(entry.record, nullptr);
  if (record != nullptr) --kept_;
  entry.done = true;
  ++done_;
  trim();
  return record;
}

void OffsetTracker::trim() {
  while (!entries_.empty() && entries_.front().done) {
    entries_.pop_front();
    --done_;
  }
  if (done_ < kSweepMin || done_ < 2 * (entries_.size() - done_)) return;
  std::erase_if(entries_, [](const Entry& entry) { return entry.done; });
  done_ = 0;
}

std::optional<int64_t> OffsetTracker::next() const {
  return next_ < 0 ? std::nullopt : std::optional(next_);
}

std::optional<int64_t> OffsetTracker::position() const {
  if (next_ < 0) return std::nullopt;
  const int64_t lowest = entries_.empty() ? next_ : entries_.front().offset;
  return std::min(lowest, reread_from_.value_or(lowest));
}

std::vector<std::pair<int64_t, void*>> OffsetTracker::take_all() {
  std::vector<std::pair<int64_t, void*>> taken;
  taken.reserve(kept_);
  for (const Entry& entry : entries_) {
    if (entry.record != nullptr) taken.emplace_back(entry.offset, entry.record);
  }
  *this = OffsetTracker();
  return taken;
}

}  // namespace hermod
