#pragma once
// Ends a KafkaSource: waits until the open records are settled, leaves the group, and destroys the
// clients. Owned by KafkaSource, which forwards leave() and close() of Source to it, and calls
// maybe_finish_close() when something that the current step waits for may have happened.

#include <cstdint>

#include "base/closed.h"
#include "kafka/consumer_monitor.h"
#include "kafka_source/consumer_session.h"
#include "kafka_source/dead_letter_route.h"
#include "kafka_source/fetched_records.h"
#include "kafka_source/kafka_partitions.h"
#include "kafka_source/record_feed.h"
#include "kafka_source/source_lifecycle.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

class SourceClosing {
 public:
  // The objects that are closed. They must outlive this one.
  struct Uses {
    SourceLifecycle& lifecycle;
    FetchedRecords& fetched;
    KafkaPartitions& partitions;
    RecordFeed& feed;
    DeadLetterRoute& dead_letters;
    ConsumerSession& session;
    uv::Immediate& immediate;  // calls maybe_finish_close() in a later loop iteration
  };

  // `leave_timeout_ms`: the longest wait for the coordinator of the group.
  SourceClosing(uv_loop_t* loop, const Uses& uses, uint64_t leave_timeout_ms);

  void leave(uint64_t patience_ms, Closed left);
  void close(Closed closed);
  // Begins the next step if the current one has nothing left to wait for. May delete the source.
  void maybe_finish_close();

 private:
  bool settled() const;
  void begin_leaving();
  void finish_leaving();
  void begin_destroying();

  Uses uses_;
  uint64_t leave_timeout_ms_;
  uv::Timer timer_;
  bool out_of_time_ = false;  // the time limit of the current state has passed
  int clients_open_ = 0;      // kDestroying: clients not destroyed yet
  Closed left_;
  Closed closed_;  // set while close() is in progress
};

}  // namespace hermod
