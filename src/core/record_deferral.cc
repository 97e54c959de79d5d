#include "core/record_deferral.h"

#include <cassert>
#include <functional>
#include <utility>

namespace hermod {
namespace {

constexpr size_t kUsersMax = 65'536;  // of all partitions; about 3 MB

}  // namespace

void RecordDeferral::on_opened(ShardId shard, size_t bytes) {
  Load& load = shards_[shard];
  ++load.records;
  load.bytes += bytes;
}

void RecordDeferral::on_answered(ShardId shard, size_t bytes) {
  const auto found = shards_.find(shard);
  assert(found != shards_.end());
  Load& load = found->second;
  assert(load.records > 0 && load.bytes >= bytes);
  --load.records;
  load.bytes -= bytes;
  if (load.state == BusState::kGone && load.records == 0) shards_.erase(found);
}

bool RecordDeferral::defer(const Position& position, std::string_view user, ShardId shard) {
  if (deferred_.empty() && !is_over(shard)) return false;
  const size_t hash = std::hash<std::string_view>()(user);
  if (!waits(position, hash)) {
    if (!is_over(shard)) return false;
    add(position, hash);
    awaited_.insert(shard);
  } else if (is_up(shard)) {
    read();  // the user has moved, so that nothing but the deferred records holds this one back
  }
  source_.defer(position);
  return true;
}

bool RecordDeferral::is_up(ShardId shard) const {
  const auto found = shards_.find(shard);
  return found != shards_.end() && found->second.state == BusState::kUp;
}

// With one shard, or while all are unavailable, there is nothing to protect.
bool RecordDeferral::is_over(ShardId shard) const {
  if (is_up(shard)) return false;
  bool another_up = false;
  size_t records = 0;
  size_t bytes = 0;
  for (const auto& [id, load] : shards_) {
    another_up |= load.state == BusState::kUp;
    if (load.state != BusState::kDown)
      continue;  // records of other shards have moved, or do not wait
    records += load.records;
    bytes += load.bytes;
  }
  return another_up && (records >= limits_.records_max || bytes >= limits_.bytes_max);
}

bool RecordDeferral::waits(const Position& position, size_t user) const {
  const auto found = deferred_.find({position.topic, position.partition});
  if (found == deferred_.end()) return false;
  assert(found->second.epoch == position.epoch);
  return found->second.everybody || found->second.users.contains(user);
}

void RecordDeferral::add(const Position& position, size_t user) {
  Deferred& deferred = deferred_[{position.topic, position.partition}];
  deferred.epoch = position.epoch;
  if (users_ >= kUsersMax) {
    deferred.everybody = true;
  } else if (deferred.users.insert(user).second) {
    ++users_;
  }
}

void RecordDeferral::on_revoked(uint32_t topic, int32_t partition, uint32_t epoch) {
  const auto found = deferred_.find({topic, partition});
  if (found == deferred_.end() || found->second.epoch > epoch) return;
  users_ -= found->second.users.size();
  deferred_.erase(found);
  if (!deferred_.empty()) return;
  awaited_.clear();
  asked_ = false;
}

// Records of shards that are still unavailable are deferred again.
void RecordDeferral::on_bus_state(ShardId shard, BusState state) {
  Load& load = shards_[shard];
  load.state = state;
  if (state == BusState::kGone && load.records == 0) shards_.erase(shard);
  if (state != BusState::kDown && awaited_.contains(shard)) read();
}

void RecordDeferral::read() {
  awaited_.clear();
  if (!std::exchange(asked_, true)) source_.read_deferred();
}

}  // namespace hermod
