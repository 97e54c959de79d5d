#pragma once
// The librdkafka consumer of KafkaSource. It has two queues that wake the loop. The event queue
// (rebalances, errors, statistics, the log) is always served. The records of all assigned
// partitions are forwarded to a second queue, and back-pressure means that this queue is not
// served: fetched records wait there within queued.max.messages.kbytes, nothing is paused or
// fetched twice, and neither a rebalance of the group nor the poll interval waits for a slow
// receiver.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kafka/kafka_client.h"
#include "kafka_source/kafka_source_options.h"
#include "source/assignment.h"

namespace hermod::kafka {

class Consumer {
 public:
  Consumer(uv_loop_t* loop, Log& log, const KafkaSourceOptions& options, ClientListener& listener,
           std::function<void()> on_records);

  // Creates the client, and subscribes to the topics or assigns the partitions. Error:
  // kConfiguration.
  Result<void> start();

  bool opened() const { return client_.opened(); }

  // Return up to messages.size() messages, which the caller owns. A message with `err` set is an
  // error, not a record.
  size_t take_records(std::span<rd_kafka_message_s*> messages);
  size_t take_events(std::span<rd_kafka_message_s*> messages);

  // Number of fetched records that take_records() has not returned, including errors.
  size_t waiting() const;

  // The fatal error of the client, after which it never works again, in librdkafka's words; empty
  // if there is none.
  std::string fatal_error() const;

  // Call these only inside on_rebalance(): they assign or unassign the partitions of the rebalance.
  void assign(const rd_kafka_topic_partition_list_s& partitions);
  void unassign(const rd_kafka_topic_partition_list_s& partitions);

  // Stores offsets: all records below them are done. Failures are ignored, because they mean that
  // the partition is no longer assigned to this process.
  void store(const std::vector<Assignment::Offset>& offsets);

  // Reads a partition again from `offset`. The caller must drop the records of the partition that
  // it took before.
  void seek(const Assignment::Offset& to);

  // Begins to leave the group. The last rebalance comes through take_events(); then left() is true.
  void leave();
  bool left() const;

  // Must not be called from inside a callback. All messages must be released before. After
  // `closed`, start() creates a new client.
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
  std::vector<rd_kafka_topic_s*> topics_;  // kept so that the statistics include these topics
};

}  // namespace hermod::kafka
