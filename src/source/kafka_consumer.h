#pragma once
// librdkafka's consumer, as KafkaSource uses it. Two queues, both heard on the loop: one for events
// (rebalances, errors, statistics, the log), which is always served, and one into which the records
// of every assigned partition are forwarded. So back-pressure is not serving the second: what is
// fetched waits there within queued.max.messages.kbytes, nothing is paused or fetched twice, and
// the group's rebalances and the poll interval never wait for a slow receiver.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "source/assignment.h"
#include "source/kafka_client.h"
#include "source/kafka_source_options.h"

namespace hermod::kafka {

class Consumer {
 public:
  Consumer(uv_loop_t* loop, Log& log, const KafkaSourceOptions& options, ClientListener& listener,
           std::function<void()> on_records);

  // Opens, and subscribes or assigns. Error: kConfiguration.
  Result<void> start();

  bool opened() const { return client_.opened(); }

  // Up to messages.size() messages, owned by the caller; those with `err` set are errors, not
  // records.
  size_t take_records(std::span<rd_kafka_message_s*> messages);
  size_t take_events(std::span<rd_kafka_message_s*> messages);

  // Records that librdkafka has fetched and that were not taken, errors among them.
  size_t waiting() const;

  // Why this client never works again, in librdkafka's words; empty for one that may.
  std::string fatal_error() const;

  // Inside on_rebalance only: takes over or gives up the partitions that came with it.
  void accept(const rd_kafka_topic_partition_list_s& partitions);
  void give_up(const rd_kafka_topic_partition_list_s& partitions);

  // Everything before these offsets is done. Failures mean that the partition is no longer ours.
  void store(const std::vector<Assignment::Offset>& offsets);

  // Reads a partition again from `offset`; records of it taken before are the caller's to forget.
  void seek(const Assignment::Offset& to);

  // Leaves the group: the last rebalance comes out of take_events(), then left() is true.
  void leave();
  bool left() const;

  // Not from inside a callback; every message must be given back before. start() opens a new one.
  void close(Closed closed);

 private:
  Result<void> begin_reading();
  void release();
  void forward(const rd_kafka_topic_partition_list_s& partitions);

  uv_loop_t* loop_;
  const KafkaSourceOptions& options_;
  Client client_;
  std::function<void()> on_records_;
  std::unique_ptr<QueueWatch> records_;
  std::vector<rd_kafka_topic_s*> topics_;  // held so that the statistics speak of them
};

}  // namespace hermod::kafka
