#pragma once
// The partitions that are assigned to KafkaSource: reacts to rebalances, reads partitions again,
// and stores the offsets of settled records. Owned by KafkaSource.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "hermod/log.h"
#include "kafka/kafka_fwd.h"
#include "kafka_source/fetched_records.h"
#include "kafka_source/kafka_consumer.h"
#include "kafka_source/kafka_source_options.h"
#include "source/assignment.h"
#include "source/source.h"
#include "uv/timer.h"

namespace hermod {

class KafkaPartitions {
 public:
  // The objects that the partitions use. They must outlive them.
  struct Uses {
    Log& log;
    const Clock& clock;
    const KafkaSourceOptions& options;
    kafka::Consumer& consumer;
    FetchedRecords& fetched;
  };

  KafkaPartitions(uv_loop_t* loop, const Uses& uses);

  // A new client was created. Without a group, no rebalance assigns the partitions, so this
  // function does. Precondition: no partition is assigned.
  void begin(SourceListener& listener);

  void on_rebalance(int code, const rd_kafka_topic_partition_list_s& partitions);
  void revoke_all();

  // Starts a new epoch of the partition, because its offsets fell back or it is read again.
  void restart(PartitionId id);

  // Reads the deferred records again, in reread_if_asked().
  void ask_reread() { reread_asked_ = true; }
  void reread_if_asked();

  // Stores the offsets that moved: at once, or soon and together with later ones.
  void store_later();
  void store();
  void stop_storing() { store_timer_.stop(); }
  int64_t oldest_held_ms() const { return assignment_.oldest_held_ms(uses_.clock.steady_ms()); }
  void note_held() { assignment_.note_held(uses_.clock.steady_ms()); }

  std::optional<uint32_t> topic_index(std::string_view name) const;
  Assignment& assignment() { return assignment_; }
  const Assignment& assignment() const { return assignment_; }

 private:
  std::optional<PartitionId> id_of(const char* topic, int32_t partition) const;
  void on_assigned(const rd_kafka_topic_partition_list_s& partitions);
  void on_revoked(const rd_kafka_topic_partition_list_s& partitions);

  Uses uses_;
  SourceListener* listener_ = nullptr;
  Assignment assignment_;
  uv::Timer store_timer_;
  bool reread_asked_ = false;
};

}  // namespace hermod
