#include "bus/memory_shards.h"

#include <algorithm>
#include <cassert>

namespace hermod {

ShardId MemoryShards::of(std::string_view user) const {
  if (shards_.size() == 1) return 0;
  const auto moved = moved_.find(user);
  if (moved != moved_.end()) return moved->second;
  return static_cast<ShardId>(std::hash<std::string_view>()(user) % shards_.size());
}

bool MemoryShards::move(std::string_view user, ShardId to) {
  assert(to < count());
  const ShardId from = of(user);
  if (from == to) return false;
  moved_.insert_or_assign(std::string(user), to);
  std::deque<Publication>& left = shards_[from].waiting;
  const auto first = std::stable_partition(
      left.begin(), left.end(),
      [user](const Publication& publication) { return publication.user != user; });
  shards_[to].waiting.insert(shards_[to].waiting.end(), first, left.end());
  left.erase(first, left.end());
  return true;
}

bool MemoryShards::have_work() const {
  return std::ranges::any_of(shards_, &MemoryShard::has_work);
}

void MemoryShards::clear_waiting() {
  for (MemoryShard& shard : shards_) shard.waiting.clear();
}

void MemoryShards::fill(BusStatus& status, bool open) const {
  for (ShardId shard = 0; shard < count(); ++shard) {
    ShardStatus made;
    made.shard = shard;
    made.address = address(shard);
    shards_[shard].faults.fill(made, status);
    made.up = made.up && open;
    made.publications_waiting = shards_[shard].waiting.size();
    status.shards.push_back(std::move(made));
  }
}

std::string MemoryShards::address(ShardId shard) const {
  return shards_.size() == 1 ? "memory" : "memory:" + std::to_string(shard);
}

}  // namespace hermod
