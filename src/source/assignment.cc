#include "source/assignment.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace hermod {

void Assignment::add(PartitionId id) {
  assert(!has(id));
  partitions_[id].epoch = ++last_epoch_;
}

void Assignment::retire(PartitionId id, Partition& partition) {
  for (const int64_t offset : partition.tracker.take_all()) {
    retired_.insert(Position{id.topic, id.partition, offset, partition.epoch});
  }
}

uint32_t Assignment::remove(PartitionId id) {
  assert(has(id));
  Partition& partition = partitions_[id];
  const uint32_t ended = partition.epoch;
  retire(id, partition);
  partitions_.erase(id);
  return ended;
}

uint32_t Assignment::begin_again(PartitionId id) {
  assert(has(id));
  Partition& partition = partitions_[id];
  const uint32_t ended = partition.epoch;
  retire(id, partition);
  partition.epoch = ++last_epoch_;
  return ended;
}

std::vector<PartitionId> Assignment::ids() const {
  std::vector<PartitionId> ids;
  for (const auto& [id, partition] : partitions_) ids.push_back(id);
  return ids;
}

const OffsetTracker* Assignment::tracker(PartitionId id) const {
  const auto found = partitions_.find(id);
  return found == partitions_.end() ? nullptr : &found->second.tracker;
}

Position Assignment::open(PartitionId id, int64_t offset) {
  assert(has(id));
  Partition& partition = partitions_[id];
  partition.tracker.open(offset);
  return {id.topic, id.partition, offset, partition.epoch};
}

const Assignment::Partition* Assignment::find(const Position& position) const {
  const auto found = partitions_.find({position.topic, position.partition});
  if (found == partitions_.end() || found->second.epoch != position.epoch) return nullptr;
  return &found->second;
}

Assignment::Partition* Assignment::find(const Position& position) {
  return const_cast<Partition*>(std::as_const(*this).find(position));
}

bool Assignment::settle(const Position& position) {
  Partition* partition = find(position);
  return partition == nullptr ? retired_.erase(position) > 0
                              : partition->tracker.settle(position.offset);
}

bool Assignment::release(const Position& position) {
  Partition* partition = find(position);
  return partition == nullptr ? retired_.erase(position) > 0
                              : partition->tracker.release(position.offset);
}

bool Assignment::defer(const Position& position) {
  Partition* partition = find(position);
  return partition == nullptr ? retired_.erase(position) > 0
                              : partition->tracker.defer(position.offset);
}

size_t Assignment::unsettled() const {
  size_t unsettled = retired_.size();
  for (const auto& [id, partition] : partitions_) unsettled += partition.tracker.unsettled();
  return unsettled;
}

std::vector<Assignment::Offset> Assignment::take_moved() {
  std::vector<Offset> moved;
  for (auto& [id, partition] : partitions_) {
    const auto position = partition.tracker.position();
    if (!position || *position == partition.reported_offset) continue;
    partition.reported_offset = *position;
    moved.push_back({id, *position});
  }
  return moved;
}

std::vector<Assignment::Offset> Assignment::to_reread() const {
  std::vector<Offset> to_reread;
  for (const auto& [id, partition] : partitions_) {
    if (!partition.tracker.reread_from()) continue;
    to_reread.push_back({id, *partition.tracker.position()});
  }
  return to_reread;
}

void Assignment::note_held(int64_t now_ms) {
  for (auto& [id, partition] : partitions_) {
    const auto position = partition.tracker.position();
    if (position == partition.tracker.next()) {
      partition.held_at.reset();
    } else if (partition.held_at != position) {
      partition.held_at = position;
      partition.held_since_ms = now_ms;
    }
  }
}

int64_t Assignment::oldest_held_ms(int64_t now_ms) const {
  int64_t oldest = 0;
  for (const auto& [id, partition] : partitions_) {
    if (partition.held_at && partition.held_at == partition.tracker.position()) {
      oldest = std::max(oldest, now_ms - partition.held_since_ms);
    }
  }
  return oldest;
}

void Assignment::clear() {
  partitions_.clear();
  retired_.clear();
}

}  // namespace hermod
