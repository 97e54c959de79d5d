#pragma once
// How many records of a partition wait: from the consumer's position to the end of what can be
// read. The position is that of the fetching once everything fetched was taken, so that what holds
// no record (a transaction's marker, an aborted record) is passed.

#include <cstdint>
#include <map>
#include <optional>

#include "source/kafka_stats.h"

namespace hermod::kafka {

class Lag {
 public:
  // `all_taken`: nothing that was fetched waits.
  void on_stats(std::map<TopicPartition, PartitionStats> partitions, bool all_taken);
  void on_all_taken() { all_taken_ = true; }
  void on_end(const TopicPartition& id, int64_t offset);  // the reader has reached it

  // `next`: the offset after the last record that was handed out. -1: unknown.
  int64_t of(const TopicPartition& id, std::optional<int64_t> next) const;

 private:
  std::map<TopicPartition, PartitionStats> partitions_;
  bool all_taken_ = false;
};

}  // namespace hermod::kafka
