#pragma once
// A Kafka broker inside the process, on a loopback port: librdkafka's mock cluster. `hermod serve`
// consumes from it if no broker is configured, and any Kafka client on the machine can produce to
// it. It keeps about 5 MB of records per partition, in memory only. It runs on its own threads, not
// on the loop.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/closed.h"
#include "hermod/result.h"
#include "kafka/blocking_task.h"
#include "kafka/kafka_fwd.h"

struct rd_kafka_mock_cluster_s;

namespace hermod {

struct EmbeddedKafkaOptions {
  std::vector<std::string> topics;  // including the dead-letter topic
  int32_t partitions = 4;           // of each topic
};

class EmbeddedKafka {
 public:
  // Error: kInitialization if no port or thread is available.
  static Result<std::unique_ptr<EmbeddedKafka>> start(const EmbeddedKafkaOptions& options);
  ~EmbeddedKafka();  // blocks for up to a second if close() was not called
  EmbeddedKafka(const EmbeddedKafka&) = delete;
  EmbeddedKafka& operator=(const EmbeddedKafka&) = delete;

  // Destroys the broker without blocking `loop`. Connections of clients are closed, so close the
  // process' own clients first.
  void close(uv_loop_t* loop, Closed closed);

  std::string bootstrap() const;  // "127.0.0.1:port"
  int32_t partitions() const { return partitions_; }

  Result<void> create_topic(const std::string& name, int32_t partitions);

  // For tests of an outage: kNo closes the existing connections and refuses new ones.
  enum class Reachable { kYes, kNo };
  void set_reachable(Reachable reachable);

  // For tests: the next `count` produce requests fail with the size error of a real broker.
  void refuse_size(int count);

 private:
  EmbeddedKafka() = default;
  uint16_t port() const;
  void destroy();

  BlockingTask destruction_;
  rd_kafka_s* handle_ = nullptr;
  rd_kafka_mock_cluster_s* cluster_ = nullptr;
  int32_t partitions_ = 0;
};

}  // namespace hermod
