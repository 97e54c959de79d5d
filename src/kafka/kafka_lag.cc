#include "kafka/kafka_lag.h"

#include <algorithm>
#include <utility>

namespace hermod::kafka {

void Lag::on_stats(std::map<TopicPartition, PartitionStats> partitions, bool all_taken) {
  partitions_ = std::move(partitions);
  all_taken_ = all_taken;
}

void Lag::on_end(const TopicPartition& id, int64_t offset) {
  PartitionStats& partition = partitions_[id];
  partition.fetch = PartitionStats::Fetch::kWorks;
  partition.begin = partition.next = partition.end = offset;
}

int64_t Lag::of(const TopicPartition& id, std::optional<int64_t> next) const {
  const auto found = partitions_.find(id);
  if (found == partitions_.end()) return -1;
  const PartitionStats& partition = found->second;
  int64_t position = next.value_or(partition.begin);
  const bool fetched = partition.fetch == PartitionStats::Fetch::kWorks;
  if (all_taken_ && fetched) position = std::max(position, partition.next);
  if (position < 0 || partition.end < 0) return -1;
  // The end is as old as the last statistics, so newer records may already have been handed out.
  return std::max<int64_t>(partition.end - position, 0);
}

}  // namespace hermod::kafka
