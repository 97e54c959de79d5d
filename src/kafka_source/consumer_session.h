#pragma once
// Runs the consumer of KafkaSource: serves its events, replaces it after a fatal error, reports to
// the source's listener whether it works, and ends it. Owned by KafkaSource. The consumer and the
// record feed call it.

#include <functional>
#include <string_view>

#include "base/clock.h"
#include "base/closed.h"
#include "hermod/log.h"
#include "kafka/consumer_monitor.h"
#include "kafka/kafka_client.h"
#include "kafka_source/fetched_records.h"
#include "kafka_source/kafka_consumer.h"
#include "kafka_source/kafka_partitions.h"
#include "kafka_source/kafka_renewal.h"
#include "kafka_source/record_feed.h"
#include "kafka_source/source_lifecycle.h"
#include "source/source.h"

namespace hermod {

class ConsumerSession final : public kafka::ClientListener, public RecordFeedListener {
 public:
  // The objects that the session uses. They must outlive it.
  struct Uses {
    Log& log;
    SourceLifecycle& lifecycle;
    kafka::Consumer& consumer;
    kafka::ConsumerMonitor& monitor;
    FetchedRecords& fetched;
    KafkaPartitions& partitions;
    RecordFeed& feed;
  };

  // `run_later` makes the owner call maybe_renew() and feed.drain() in a later loop iteration.
  ConsumerSession(uv_loop_t* loop, const Clock& clock, const Uses& uses,
                  std::function<void()> run_later);

  Result<void> start(SourceListener& listener);

  // Replaces a client that failed, if all its records are released.
  void maybe_renew();
  void stop_renewal();  // the source is leaving

  // Whether the client is open and not being replaced.
  bool usable() const { return renewal_.usable(); }

  // Leaves the group. may_leave(): a broker answers, and the client can leave. left(): the group
  // was left, or cannot be left.
  bool may_leave() const { return renewal_.can_leave() && uses_.monitor.health().reachable(); }
  void leave();
  bool left() const { return !may_leave() || uses_.consumer.left(); }

  // Returns false if there is nothing to close; `closed` is then not called.
  bool close(Closed closed);

  void on_client_error(int code, std::string_view text) override;
  void on_client_stats(std::string_view json) override;
  void on_rebalance(int code, rd_kafka_topic_partition_list_s* partitions) override;
  void on_client_events() override;
  void on_error_message(const rd_kafka_message_s& message) override;
  void report_state() override;
  void on_feed_pending() override { run_later_(); }

 private:
  void take_event(rd_kafka_message_s* message);
  void on_renewed();
  void check_fatal();
  void on_fatal(std::string_view why);

  Uses uses_;
  kafka::Renewal renewal_;
  std::function<void()> run_later_;
  SourceListener* listener_ = nullptr;
  bool reported_up_ = false;
};

}  // namespace hermod
