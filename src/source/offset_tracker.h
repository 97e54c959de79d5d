#pragma once
// Which offsets of one partition are open, and so how far it may be committed: below the lowest
// open one all are done. Completions come in any order. No library, no loop, no memory of records:
// the source feeds it.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace hermod {

class OffsetTracker {
 public:
  // Offsets are opened in rising order, gaps allowed (compaction, transactions).
  void open(int64_t offset);

  // True where the next record at `offset` does not rise above those before it: the partition was
  // reset.
  bool falls_back(int64_t offset) const { return offset < next_; }

  // The record is done. This and the next two answer whether it was in hand until now.
  bool settle(int64_t offset);

  // It is settled for its reader, and the offset stays open: its dead letter is under way.
  bool release(int64_t offset);

  // Neither commits nor remembers the offset: from the lowest such one on the partition is to be
  // read again.
  bool defer(int64_t offset);
  std::optional<int64_t> reread_from() const { return reread_from_; }

  // Where reading would go on after a restart: the lowest offset that is not done. Empty before the
  // first.
  std::optional<int64_t> position() const;

  // The offset after the last one opened; empty before the first.
  std::optional<int64_t> next() const;

  // Records that are handed out and not settled, released ones not counted.
  size_t in_hand() const { return in_hand_; }

  // What its memory grows with: a bounded multiple of what is open.
  size_t entries() const { return entries_.size(); }

  // Empties the tracker and answers the offsets of what was in hand, in order.
  std::vector<int64_t> take_all();

 private:
  struct Entry {
    int64_t offset;
    bool in_hand;
    bool done;
  };

  Entry* find(int64_t offset);
  bool close_entry(Entry& entry);
  void trim();

  // The front is always open. Done entries stay in between until they outnumber the open ones, so a
  // record that stays open for long does not make those behind it accumulate.
  std::deque<Entry> entries_;
  size_t done_ = 0;
  size_t in_hand_ = 0;
  int64_t next_ = -1;
  std::optional<int64_t> reread_from_;
};

}  // namespace hermod
