#pragma once
// The Kafka implementation of Source: librdkafka's consumer on the loop. It stores offsets only
// below the lowest open record of each partition. A record is a librdkafka message that its
// RecordHold owns, so the client is destroyed only after all holds are released. Records that
// cannot be routed go to the dead-letter topic through DeadLetterWriter.

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "dead_letters/dead_letter_writer.h"
#include "hermod/log.h"
#include "kafka/kafka_client.h"
#include "kafka/kafka_health.h"
#include "kafka/kafka_lag.h"
#include "kafka/kafka_missing.h"
#include "kafka_source/kafka_consumer.h"
#include "kafka_source/kafka_renewal.h"
#include "kafka_source/kafka_source_options.h"
#include "kafka_source/loss_meter.h"
#include "source/assignment.h"
#include "source/source.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

class KafkaSource final : public Source,
                          private RecordOwner,
                          private kafka::ClientListener,
                          private DeadLetterListener {
 public:
  KafkaSource(uv_loop_t* loop, Log& log, const Clock& clock, KafkaSourceOptions options);
  ~KafkaSource() override;

  Result<void> start(SourceListener& listener) override;
  void done(const Position& position) override;
  void dead_letter(const Position& position, const DeadReason& why,
                   const RecordHold& hold) override;
  void resume() override;
  SourceStatus status() const override;
  // Records that are open when `patience_ms` ends are handed out again after a restart.
  void leave(uint64_t patience_ms, Closed left) override;
  void close(Closed closed) override;

 private:
  enum class Phase { kIdle, kRunning, kFatal, kSettling, kLeaving, kLeft, kDestroying, kClosed };

  void free_record(void* message) override;
  void on_client_error(int code, std::string_view text) override;
  void on_client_stats(std::string_view json) override;
  void on_rebalance(int code, rd_kafka_topic_partition_list_s* partitions) override;
  void on_client_events() override;
  void on_dead_letter_settled(const Position& position) override;
  void on_dead_letter_space() override;
  void on_dead_letters_failing() override;

  std::optional<uint32_t> topic_index(std::string_view name) const;
  void on_assigned(const rd_kafka_topic_partition_list_s& partitions);
  void on_partitions_revoked(const rd_kafka_topic_partition_list_s& partitions);
  void on_message_error(const rd_kafka_message_s& message);
  void on_fatal(std::string_view why);
  void maybe_renew();
  void take_event(rd_kafka_message_s* message);
  bool may_hand_out() const;
  void drain();
  bool fetch();
  void hand_out(rd_kafka_message_s* message);
  void count_lost(PartitionId id, int64_t offset);
  void restart_partition(PartitionId id);
  void drop_held(PartitionId id);
  void on_settled();
  void reread_deferred();
  void store_offsets();
  void report_state();
  void on_immediate();
  void maybe_finish_close();
  bool settled() const;
  void begin_leaving();
  void finish_leaving();
  void begin_destroying();

  Log& log_;
  const Clock& clock_;
  KafkaSourceOptions options_;
  SourceListener* listener_ = nullptr;
  kafka::KafkaHealth health_;
  kafka::Consumer consumer_;
  kafka::Renewal renewal_;
  DeadLetterLog dead_letter_log_;
  std::unique_ptr<DeadLetterWriter> dead_letters_;  // null if dead letters are dropped
  Assignment assignment_;
  LossMeter losses_;                      // used with Reading::kAll
  std::deque<rd_kafka_message_s*> held_;  // taken from librdkafka and not handed out yet
  kafka::Lag lag_;
  kafka::MissingTopics missing_;
  uv::Immediate immediate_;
  uv::Timer store_timer_;
  uv::Timer close_timer_;
  Phase phase_ = Phase::kIdle;
  bool stopped_ = false;  // from Next::kStop until resume()
  bool reported_up_ = false;
  bool reread_ = false;
  bool out_of_time_ = false;  // the time limit of the current closing phase has passed
  size_t holds_ = 0;          // RecordHolds that are not released yet
  int clients_open_ = 0;      // kDestroying: clients not destroyed yet
  Closed left_;
  Closed closed_;  // set while close() is in progress
};

}  // namespace hermod
