#pragma once
// Observes a consumer through its errors and statistics: whether it works, its lag, and which of
// its topics are missing. Logs errors and missing topics. Owned by KafkaSource; ConsumerSession
// passes the events of the client to it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hermod/log.h"
#include "kafka/kafka_fwd.h"
#include "kafka/kafka_health.h"
#include "kafka/kafka_lag.h"
#include "kafka/kafka_missing.h"

namespace hermod::kafka {

class ConsumerMonitor {
 public:
  // `group`: empty if partitions are read without a group.
  ConsumerMonitor(Log& log, std::vector<std::string> topics, std::string group)
      : log_(log), health_(std::move(topics), std::move(group)), missing_(log) {}

  void on_client_error(int code, std::string_view text);
  void on_error_message(const rd_kafka_message_s& message);
  // `waiting`: the number of fetched records that were not handed out.
  void on_stats(std::string_view json, size_t waiting);
  void on_assigned() { health_.on_answer(); }
  void on_record(std::string_view topic, int32_t partition) { health_.on_record(topic, partition); }
  void on_all_taken() { lag_.on_all_taken(); }
  void on_fatal(std::string_view text);  // the client will never work again
  void begin_again() { health_.begin_again(); }

  const KafkaHealth& health() const { return health_; }
  // `next`: the offset after the last record that was handed out. -1: unknown.
  int64_t lag_of(const TopicPartition& id, std::optional<int64_t> next) const {
    return lag_.of(id, next);
  }

 private:
  Log& log_;
  KafkaHealth health_;
  Lag lag_;
  MissingTopics missing_;
};

}  // namespace hermod::kafka
