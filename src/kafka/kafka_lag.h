#pragma once
// The lag of a partition: the number of records from the consumer's position to the end of the
// readable log. When all fetched records were handed out, the position is that of the fetcher,
// which is already past offsets without a record (transaction markers, aborted records).

#include <cstdint>
#include <map>
#include <optional>

#include "kafka/kafka_stats.h"

namespace hermod::kafka {

class Lag {
 public:
  // `all_taken`: no fetched record is waiting.
  void on_stats(std::map<TopicPartition, PartitionStats> partitions, bool all_taken);
  void on_all_taken() { all_taken_ = true; }
  void on_end(const TopicPartition& id, int64_t offset);  // the consumer reached the end

  // `next`: the offset after the last record that was handed out. Returns -1 if the lag is unknown.
  int64_t of(const TopicPartition& id, std::optional<int64_t> next) const;

 private:
  std::map<TopicPartition, PartitionStats> partitions_;
  bool all_taken_ = false;
};

}  // namespace hermod::kafka
