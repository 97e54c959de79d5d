#pragma once
// The options and the result of a load, for Kafka and Redis.

#include <cstdint>
#include <string>

namespace hermod::bench {

struct LoadOptions {
  std::string server;  // HOST:PORT
  std::string topic = "huleedu.teacher.notification.requested.v1";
  std::string channel = "teacher:{user}:notifications";
  std::string prefix = "u";
  uint64_t first_user = 0;
  uint64_t users = 1000;
  uint64_t burst = 1;
  uint64_t count = 10'000;
  uint64_t window = 1000;  // Redis: maximum number of commands without a reply
  uint64_t linger_ms = 0;  // Kafka: how long the producer collects records
  double rate = 0;         // per second; 0: as fast as possible
  size_t bytes = 0;        // size of a record or message; 0: 600 for Kafka, 300 for Redis

  std::string user(uint64_t number) const { return prefix + std::to_string(first_user + number); }
};

struct LoadResult {
  uint64_t acknowledged = 0;
  uint64_t failed = 0;
  uint64_t receivers = 0;  // Redis: the sum of PUBLISH's replies, the number of receivers
  int64_t took_ns = 0;
};

LoadResult load_kafka(const LoadOptions& options);
LoadResult load_redis(const LoadOptions& options);

}  // namespace hermod::bench
