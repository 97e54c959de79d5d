#pragma once
// Tracks which offsets of one partition are open, and up to which offset the partition may be
// committed: all offsets below the lowest open one are done. Records complete in any order. Uses no
// library and no loop, and does not own the memory of records.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace hermod {

class OffsetTracker {
 public:
  // Opens an offset. Offsets must rise; gaps are allowed (compaction, transactions).
  void open(int64_t offset);

  // True if `offset` is not above the offsets that were opened before: the partition was reset.
  bool falls_back(int64_t offset) const { return offset < next_; }

  // Marks the record as done. This function, release() and defer() return whether the record was
  // unsettled until now.
  bool settle(int64_t offset);

  // Settles the record for its reader but keeps the offset open, because its dead letter is not
  // written yet.
  bool release(int64_t offset);

  // Settles the record without marking its offset as done. The partition must be read again from
  // the lowest deferred offset.
  bool defer(int64_t offset);
  std::optional<int64_t> reread_from() const { return reread_from_; }

  // The offset at which reading continues after a restart: the lowest one that is not done. Empty
  // if no offset was opened yet.
  std::optional<int64_t> position() const;

  // The offset after the last opened one. Empty if none was opened yet.
  std::optional<int64_t> next() const;

  // Number of records that are handed out and not settled; released ones do not count.
  size_t unsettled() const { return unsettled_; }

  // Number of entries in memory: at most a constant multiple of the open ones.
  size_t entries() const { return entries_.size(); }

  // Empties the tracker and returns the offsets of the unsettled records, in order.
  std::vector<int64_t> take_all();

 private:
  struct Entry {
    int64_t offset;
    bool unsettled;
    bool done;
  };

  Entry* find(int64_t offset);
  bool close_entry(Entry& entry);
  void trim();

  // The first entry is always open. Done entries between open ones are kept until they outnumber
  // the open ones, so that one record that stays open for long does not make later entries
  // accumulate.
  std::deque<Entry> entries_;
  size_t done_ = 0;
  size_t unsettled_ = 0;
  int64_t next_ = -1;
  std::optional<int64_t> reread_from_;
};

}  // namespace hermod
