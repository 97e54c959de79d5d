#pragma once
// Keeps an unavailable shard of the bus from holding back the records of the others. Records wait
// for their shard in the bus; while another shard is up, the unavailable ones together may have at
// most half of the records in flight. Further records of their users are deferred: the source reads
// them again when the shard is up. A later record of a user whose record was deferred is deferred
// too, so that the user's order is kept, also if the user moves to another shard meanwhile.
// Owned by Ingest; it observes the states of the shards.
//
// The records that were routed since the deferred one are read again as well, and the bus
// recognises them as duplicates.

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "bus/bus.h"
#include "core/observer.h"
#include "source/source.h"

namespace hermod {

struct ShardLimits {
  size_t records_max;  // of all unavailable shards together
  size_t bytes_max;
};

class RecordDeferral final : public Observer {
 public:
  RecordDeferral(Source& source, ShardLimits limits) : source_(source), limits_(limits) {}

  // A record of the shard was given to the bus, or answered.
  void on_opened(ShardId shard, size_t bytes);
  void on_answered(ShardId shard, size_t bytes);

  // Defers the record if it must not be given to the bus now, and returns whether it did.
  bool defer(const Position& position, std::string_view user, ShardId shard);

  // The partition begins again, with a later epoch, or belongs to another process.
  void on_revoked(uint32_t topic, int32_t partition, uint32_t epoch);

  void on_bus_state(ShardId shard, BusState state) override;

 private:
  using PartitionKey = std::pair<uint32_t, int32_t>;

  struct Load {
    size_t records = 0;
    size_t bytes = 0;
    BusState state = BusState::kDown;
  };

  // The users with deferred records, by the hash of their id.
  struct Deferred {
    uint32_t epoch = 0;
    std::unordered_set<size_t> users;
    bool everybody = false;  // too many users: all later records of the partition are deferred
  };

  bool is_up(ShardId shard) const;
  bool is_over(ShardId shard) const;
  bool waits(const Position& position, size_t user) const;
  void add(const Position& position, size_t user);
  void read();

  Source& source_;
  ShardLimits limits_;
  std::map<ShardId, Load> shards_;
  std::map<PartitionKey, Deferred> deferred_;
  size_t users_ = 0;           // in deferred_
  std::set<ShardId> awaited_;  // the shards whose records are deferred
  bool asked_ = false;  // read_deferred() was called, and the partitions have not begun again
};

}  // namespace hermod
