#pragma once
// The partitions a source reads at present, and the position of every record of theirs that is
// handed out and not settled. Each time a partition comes, or begins again at an earlier offset, it
// gets a new epoch: to settle what is open of an older one moves no offset. No library, no loop, no
// memory of records (RecordHold).

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
  // Both answer the epoch that ended. begin_again() goes on with a new one.
  uint32_t remove(PartitionId id);
  uint32_t begin_again(PartitionId id);

  bool has(PartitionId id) const { return partitions_.contains(id); }
  std::vector<PartitionId> ids() const;
  const OffsetTracker* tracker(PartitionId id) const;  // null where not assigned

  // Precondition: has(id), and its tracker does not fall back.
  Position open(PartitionId id, int64_t offset);

  // Of the present epoch, and so able to move the partition's offset.
  bool current(const Position& position) const { return find(position) != nullptr; }

  // Whether the record was in hand until now, whatever its epoch.
  bool settle(const Position& position);
  // The same, and the offset stays open until settle(), or until the partition is read again from
  // it.
  bool release(const Position& position);
  bool defer(const Position& position);

  // Records that are handed out and not settled, those of older epochs too.
  size_t in_hand() const;

  // How far each partition is done, where that has moved since the last call.
  std::vector<Offset> take_moved();

  // Partitions with deferred offsets, and the lowest one of each that is not done: to begin again
  // forgets what is open too, so that has to be read again with what was deferred.
  std::vector<Offset> to_reread() const;

  // Notes which partitions stand still although records of theirs were handed out; and for how long
  // the oldest of them has, 0 where none does.
  void note_held(int64_t now_ms);
  int64_t oldest_held_ms(int64_t now_ms) const;

  // Forgets all: what is settled from here on changes nothing.
  void clear();

 private:
  struct Partition {
    uint32_t epoch = 0;
    OffsetTracker tracker;
    int64_t told = -1;               // by take_moved()
    std::optional<int64_t> held_at;  // the position that is held, and since when
    int64_t held_since_ms = 0;
  };

  void retire(PartitionId id, Partition& partition);
  const Partition* find(const Position& position) const;
  Partition* find(const Position& position);

  std::map<PartitionId, Partition> partitions_;
  std::set<Position> retired_;  // in hand, of older epochs
  uint32_t last_epoch_ = 0;
};

}  // namespace hermod
