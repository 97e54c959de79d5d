#pragma once
// Which offsets of one partition are open, and so how far it may be committed: below the lowest
// open one all are done. Completions come in any order. No library, no loop: the source feeds it,
// and it keeps for each open record an opaque pointer to what must be freed when the record is
// settled.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

namespace hermod {

class OffsetTracker {
 public:
  // Offsets are opened in rising order, gaps allowed (compaction, transactions).
  void open(int64_t offset, void* record);

  // True where the next record at `offset` does not rise above those before it: the partition was
  // reset.
  bool falls_back(int64_t offset) const { return offset < next_; }

  // The record is done. What was kept for it is the caller's again; null where it was released
  // before or is not open at all.
  void* settle(int64_t offset);

  // Gives what was kept back and leaves the offset open: its dead letter is under way.
  void* release(int64_t offset);

  // Gives what was kept back and neither commits nor remembers the offset: from the lowest such one
  // on the partition is to be read again.
  void* defer(int64_t offset);
  std::optional<int64_t> reread_from() const { return reread_from_; }

  // Where reading would go on after a restart: the lowest offset that is not done. Empty before the
  // first.
  std::optional<int64_t> position() const;

  // The offset after the last one opened; empty before the first.
  std::optional<int64_t> next() const;

  // Records that are kept here, released ones not counted.
  size_t kept() const { return kept_; }

  // What its memory grows with: a bounded multiple of what is open.
  size_t entries() const { return entries_.size(); }

  // Empties the tracker and gives back all that was kept, with its offsets, in order.
  std::vector<std::pair<int64_t, void*>> take_all();

 private:
  struct Entry {
    int64_t offset;
    void* record;
    bool done;
  };

  Entry* find(int64_t offset);
  void* close_entry(Entry& entry);
  void trim();

  // The front is always open. Done entries stay in between until they outnumber the open ones, so a
  // record that stays open for long does not make those behind it accumulate.
  std::deque<Entry> entries_;
  size_t done_ = 0;
  size_t kept_ = 0;
  int64_t next_ = -1;
  std::optional<int64_t> reread_from_;
};

}  // namespace hermod
