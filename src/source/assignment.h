#pragma once
// The partitions that are assigned to a source, and the positions of their records that are handed
// out and not settled. A partition gets a new epoch each time it is assigned and each time it is
// read again from an earlier offset. Settling a record of an older epoch does not move an offset.
// Uses no library and no loop, and does not own the memory of records (RecordHold does).

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "source/offset_tracker.h"
#include "source/record.h"

namespace hermod {

struct PartitionId {
  uint32_t topic = 0;
  int32_t partition = 0;
  auto operator<=>(const PartitionId&) const = default;
};

class Assignment {
 public:
  struct Offset {
    PartitionId id;
    int64_t offset;
  };

  void add(PartitionId id);
  // Both return the epoch that ended. begin_again() starts a new epoch of the partition.
  uint32_t remove(PartitionId id);
  uint32_t begin_again(PartitionId id);

  bool has(PartitionId id) const { return partitions_.contains(id); }
  std::vector<PartitionId> ids() const;
  const OffsetTracker* tracker(PartitionId id) const;  // null if not assigned

  // Opens the record at `offset`. Preconditions: has(id), and tracker(id)->falls_back(offset) is
  // false.
  Position open(PartitionId id, int64_t offset);

  // Whether the position belongs to the current epoch, and can therefore move the partition's
  // offset.
  bool current(const Position& position) const { return find(position) != nullptr; }

  // Settles a record. Returns whether it was unsettled until now, in any epoch.
  bool settle(const Position& position);
  // The same, but the offset stays open: release() until settle(), defer() until the partition is
  // read again from that offset.
  bool release(const Position& position);
  bool defer(const Position& position);

  // Number of records that are handed out and not settled, including those of older epochs.
  size_t unsettled() const;

  // The offsets to store: those of the partitions whose position has changed since the last call.
  std::vector<Offset> take_moved();

  // The partitions with deferred offsets, each with its lowest offset that is not done.
  // begin_again() also forgets the open records, so they must be read again together with the
  // deferred ones.
  std::vector<Offset> to_reread() const;

  // note_held() records which partitions have a position that does not advance although records
  // were handed out. oldest_held_ms() returns for how long the oldest of them has been held; 0 if
  // there is none.
  void note_held(int64_t now_ms);
  int64_t oldest_held_ms(int64_t now_ms) const;

  // Removes all partitions. Settling a record afterwards has no effect.
  void clear();

 private:
  struct Partition {
    uint32_t epoch = 0;
    OffsetTracker tracker;
    int64_t reported_offset = -1;    // the offset that take_moved() returned last
    std::optional<int64_t> held_at;  // the held position; held_since_ms is its time
    int64_t held_since_ms = 0;
  };

  void retire(PartitionId id, Partition& partition);
  const Partition* find(const Position& position) const;
  Partition* find(const Position& position);

  std::map<PartitionId, Partition> partitions_;
  std::set<Position> retired_;  // unsettled records of older epochs
  uint32_t last_epoch_ = 0;
};

}  // namespace hermod
