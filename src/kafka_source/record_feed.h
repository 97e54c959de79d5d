#pragma once
// Hands the fetched records of KafkaSource to its listener, in order, within the limits of one loop
// iteration, and counts those that the listener still holds. Owned by KafkaSource.

#include <cstdint>

#include "hermod/log.h"
#include "kafka/consumer_monitor.h"
#include "kafka/kafka_fwd.h"
#include "kafka_source/dead_letter_route.h"
#include "kafka_source/fetched_records.h"
#include "kafka_source/kafka_consumer.h"
#include "kafka_source/kafka_partitions.h"
#include "kafka_source/kafka_source_options.h"
#include "kafka_source/loss_meter.h"
#include "kafka_source/source_lifecycle.h"
#include "source/source.h"

namespace hermod {

class RecordFeedListener {
 public:
  virtual void on_error_message(const rd_kafka_message_s& message) = 0;  // in place of a record
  virtual void report_state() = 0;     // the health of the consumer may have changed
  virtual void on_feed_pending() = 0;  // call drain(), or check released(), in a later iteration

 protected:
  ~RecordFeedListener() = default;
};

class RecordFeed final : private RecordOwner {
 public:
  // The objects that the feed uses. They must outlive it.
  struct Uses {
    Log& log;
    const KafkaSourceOptions& options;
    const SourceLifecycle& lifecycle;
    kafka::Consumer& consumer;
    kafka::ConsumerMonitor& monitor;
    FetchedRecords& fetched;
    KafkaPartitions& partitions;
    const DeadLetterRoute& dead_letters;
  };

  RecordFeed(const Uses& uses, RecordFeedListener& owner) : uses_(uses), owner_(owner) {}

  void begin(SourceListener& listener) { listener_ = &listener; }
  void resume() { stopped_ = false; }

  bool may_hand_out() const;
  void drain();

  bool released() const { return holds_ == 0; }  // the listener has released all records
  uint64_t lost() const { return losses_.total(); }

 private:
  void free_record(void* message) override;
  bool fetch();
  void hand_out(rd_kafka_message_s* message);
  void count_lost(PartitionId id, int64_t offset);

  Uses uses_;
  RecordFeedListener& owner_;
  SourceListener* listener_ = nullptr;
  LossMeter losses_;      // used with Reading::kAll
  bool stopped_ = false;  // from Next::kStop until resume()
  size_t holds_ = 0;      // RecordHolds that are not released yet
};

}  // namespace hermod
