#include "source/memory_topics.h"

#include <cassert>
#include <string_view>
#include <utility>

namespace hermod {

MemoryTopics::MemoryTopics(MemoryTopicsOptions options) : options_(std::move(options)) {
  assert(options_.partitions > 0);
  for (uint32_t topic = 0; topic < options_.topics.size(); ++topic) {
    for (int32_t one = 0; one < options_.partitions; ++one) partitions_[{topic, one}];
  }
}

std::vector<PartitionId> MemoryTopics::partitions() const {
  std::vector<PartitionId> ids;
  ids.reserve(partitions_.size());
  for (const auto& [id, partition] : partitions_) ids.push_back(id);
  return ids;
}

Result<Position> MemoryTopics::append(uint32_t topic, MemoryRecord record) {
  if (topic >= options_.topics.size()) return Error{ErrorCode::kNotFound, "unknown topic index"};
  if (records_ >= options_.records_max) {
    return Error{ErrorCode::kServiceUnavailable,
                 "the in-memory topics are full: too many unsettled records"};
  }
  const std::string_view key = record.key ? *record.key : std::string_view();
  const size_t hash = std::hash<std::string_view>()(key);
  const auto number = static_cast<int32_t>(hash % static_cast<size_t>(options_.partitions));
  const PartitionId id{topic, number};
  const Position position{topic, number, end(id), 0};
  partitions_.at(id).entries.emplace_back(new Entry{std::move(record)});
  ++records_;
  if (appended_) appended_();
  return position;
}

int64_t MemoryTopics::begin(PartitionId id) const {
  return partitions_.at(id).begin;
}

int64_t MemoryTopics::end(PartitionId id) const {
  const Partition& partition = partitions_.at(id);
  return partition.begin + static_cast<int64_t>(partition.entries.size());
}

MemoryTopics::Entry& MemoryTopics::hold(PartitionId id, int64_t offset) {
  assert(offset >= begin(id));
  assert(offset < end(id));
  const Partition& partition = partitions_.at(id);
  Entry& entry = *partition.entries[static_cast<size_t>(offset - partition.begin)];
  ++entry.uses;
  return entry;
}

void MemoryTopics::release(Entry& entry) {
  assert(entry.uses > 0);
  if (--entry.uses == 0) delete &entry;
}

void MemoryTopics::remove_before(PartitionId id, int64_t offset) {
  assert(offset <= end(id));
  Partition& partition = partitions_.at(id);
  while (partition.begin < offset) {
    partition.entries.pop_front();
    ++partition.begin;
    --records_;
  }
}

void MemoryTopics::add(MemoryDeadLetter letter) {
  dead_letters_.push_back(std::move(letter));
  if (dead_letters_.size() > options_.dead_letters_max) dead_letters_.pop_front();
}

}  // namespace hermod
