#include "source/offset_tracker.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace hermod {
namespace {

// With fewer done entries than this, a sweep is not worth its cost.
constexpr size_t kSweepMin = 64;

}  // namespace

void OffsetTracker::open(int64_t offset) {
  assert(offset >= next_);
  entries_.push_back({offset, true, false});
  next_ = offset + 1;
  ++unsettled_;
}

OffsetTracker::Entry* OffsetTracker::find(int64_t offset) {
  const auto found =
      std::lower_bound(entries_.begin(), entries_.end(), offset,
                       [](const Entry& entry, int64_t wanted) { return entry.offset < wanted; });
  if (found == entries_.end() || found->offset != offset || found->done) return nullptr;
  return &*found;
}

bool OffsetTracker::settle(int64_t offset) {
  Entry* entry = find(offset);
  return entry != nullptr && close_entry(*entry);
}

bool OffsetTracker::release(int64_t offset) {
  Entry* entry = find(offset);
  if (entry == nullptr || !entry->unsettled) return false;
  --unsettled_;
  entry->unsettled = false;
  return true;
}

bool OffsetTracker::defer(int64_t offset) {
  Entry* entry = find(offset);
  if (entry == nullptr) return false;
  reread_from_ = std::min(reread_from_.value_or(offset), offset);
  return close_entry(*entry);
}

bool OffsetTracker::close_entry(Entry& entry) {
  const bool was_in_hand = std::exchange(entry.unsettled, false);
  if (was_in_hand) --unsettled_;
  entry.done = true;
  ++done_;
  trim();
  return was_in_hand;
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

std::vector<int64_t> OffsetTracker::take_all() {
  std::vector<int64_t> taken;
  taken.reserve(unsettled_);
  for (const Entry& entry : entries_) {
    if (entry.unsettled) taken.push_back(entry.offset);
  }
  *this = OffsetTracker();
  return taken;
}

}  // namespace hermod
