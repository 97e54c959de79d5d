#pragma once
// The shards of MemoryBus: which one serves a user, the faults of each, and the publications that
// wait for it. Owned by MemoryBus.

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/text_hash.h"
#include "bus/bus.h"
#include "bus/memory_faults.h"

namespace hermod {

struct MemoryShard {
  MemoryFaults faults;
  std::deque<Publication> waiting;

  bool has_work() const { return !waiting.empty() && !faults.down(); }
};

class MemoryShards {
 public:
  explicit MemoryShards(ShardId count) : shards_(count) {}

  // By a hash of the user, unless the user was moved.
  ShardId of(std::string_view user) const;

  // Moves the user with the waiting publications. Returns false if it is the user's shard already.
  bool move(std::string_view user, ShardId to);

  MemoryShard& at(ShardId shard) { return shards_.at(shard); }
  ShardId count() const { return static_cast<ShardId>(shards_.size()); }
  bool have_work() const;
  void clear_waiting();

  // Adds one ShardStatus for each shard. Without `open` none is up.
  void fill(BusStatus& status, bool open) const;

 private:
  std::string address(ShardId shard) const;

  std::vector<MemoryShard> shards_;
  std::unordered_map<std::string, ShardId, TextHash, std::equal_to<>> moved_;
};

}  // namespace hermod
