#pragma once
// A Kafka broker inside the process, on a loopback port: librdkafka's own mock cluster. What
// `hermod serve` reads from where no broker is configured; any Kafka client on the machine can
// produce to it. Keeps about 5 MB of records a partition, in memory only. Not on the loop: it has
// threads of its own.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/closed.h"
#include "hermod/result.h"
#include "source/blocking_task.h"
#include "source/kafka_fwd.h"

struct rd_kafka_mock_cluster_s;

namespace hermod {

struct EmbeddedKafkaOptions {
  std::vector<std::string> topics;  // the dead-letter topic too
  int32_t partitions = 4;           // of each
};

class EmbeddedKafka {
 public:
  // Error: kInitialization, where no port or thread is to be had.
  static Result<std::unique_ptr<EmbeddedKafka>> start(const EmbeddedKafkaOptions& options);
  ~EmbeddedKafka();  // ends what was not closed, which takes up to a second
  EmbeddedKafka(const EmbeddedKafka&) = delete;
  EmbeddedKafka& operator=(const EmbeddedKafka&) = delete;

  // The same without holding up `loop`. Clients see their connections closed, so theirs should end
  // first.
  void close(uv_loop_t* loop, Closed closed);

  std::string bootstrap() const;  // "127.0.0.1:port"
  int32_t partitions() const { return partitions_; }

  Result<void> create_topic(const std::string& name, int32_t partitions);

  // For tests of what happens without a broker: existing connections are closed, new ones refused.
  enum class Reachable { kYes, kNo };
  void set_reachable(Reachable reachable);

  // For tests: the next `count` produce requests are refused with the size error of a real broker.
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
