#pragma once
// The Kafka implementation of Source: librdkafka's consumer on the loop. It stores offsets only
// below the lowest open record of each partition. A record is a librdkafka message that its
// RecordHold owns, so the client is destroyed only after all holds are released. Records that
// cannot be routed go to the dead-letter topic.
//
// This class connects its parts: ConsumerSession serves the client, KafkaPartitions knows what is
// assigned, RecordFeed hands out records, DeadLetterRoute handles those that cannot be routed, and
// SourceClosing ends all of them.

#include "base/clock.h"
#include "hermod/log.h"
#include "kafka/consumer_monitor.h"
#include "kafka_source/consumer_session.h"
#include "kafka_source/dead_letter_route.h"
#include "kafka_source/fetched_records.h"
#include "kafka_source/kafka_consumer.h"
#include "kafka_source/kafka_partitions.h"
#include "kafka_source/kafka_source_options.h"
#include "kafka_source/record_feed.h"
#include "kafka_source/source_closing.h"
#include "kafka_source/source_lifecycle.h"
#include "source/source.h"
#include "uv/immediate.h"

namespace hermod {

class KafkaSource final : public Source, private DeadLetterListener {
 public:
  KafkaSource(uv_loop_t* loop, Log& log, const Clock& clock, KafkaSourceOptions options);
  ~KafkaSource() override;

  Result<void> start(SourceListener& listener) override;
  void done(const Position& position) override;
  void dead_letter(const Position& position, const DeadReason& why,
                   const RecordHold& hold) override;
  void defer(const Position& position) override;
  void read_deferred() override;
  void resume() override;
  SourceStatus status() const override;
  // Records that are open when `patience_ms` ends are handed out again after a restart.
  void leave(uint64_t patience_ms, Closed left) override;
  void close(Closed closed) override;

 private:
  void on_dead_letter_settled(const Position& position) override;
  void on_dead_letter_space() override;
  void on_dead_letters_failing() override;
  void on_settled();
  void on_immediate();

  // The session refers to parts that are declared after it, and uses them only after start().
  KafkaSourceOptions options_;
  SourceLifecycle lifecycle_;
  kafka::ConsumerMonitor monitor_;
  ConsumerSession session_;
  kafka::Consumer consumer_;
  FetchedRecords fetched_;
  DeadLetterRoute dead_letters_;
  KafkaPartitions partitions_;
  RecordFeed feed_;
  uv::Immediate immediate_;
  SourceClosing closing_;
};

}  // namespace hermod
