#pragma once
// What hermod reads out of librdkafka's statistics: whether any broker answers, how the group's
// membership is, which topics exist, and how far the fetching of each partition has come.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "hermod/result.h"

namespace hermod::kafka {

using TopicPartition = std::pair<std::string, int32_t>;

struct BrokerStats {
  std::string address;  // host:port, empty where it is not known yet
  bool up = false;      // connected and past the handshake
};

struct GroupStats {
  bool coordinator_up = false;  // it is known and connected
  bool steady = false;          // a member that has its assignment
  std::string coordinator;      // host:port, empty where it is not known yet
  int64_t rebalance_age_ms = 0;
};

struct PartitionStats {
  // Of the last answer to a fetch of this partition. A broker that refuses one names no end.
  enum class Fetch { kNone, kRefused, kWorks };

  bool wanted = false;  // assigned to us
  Fetch fetch = Fetch::kNone;
  int32_t broker = -1;  // that it is fetched from; -1: no leader
  uint64_t waiting =
      0;  // records fetched and not taken; of all partitions, where they share a queue
  // Where a reader that read nothing yet begins: committed, else the oldest; -1 unknown.
  int64_t begin = -1;
  int64_t next = -1;  // the offset to be fetched next, after what holds no record; -1 unknown
  int64_t end = -1;   // of what can be read by now; -1 unknown
};

struct Stats {
  uint32_t brokers_up = 0;
  uint64_t responses = 0;                  // of all brokers, since the client began
  bool awaiting = false;                   // some broker owes us an answer
  std::map<int32_t, BrokerStats> brokers;  // by id, those that are known by one
  GroupStats group;
  // By topic: whether the brokers know any of its partitions. A topic is absent while it is not
  // known whether they do.
  std::map<std::string, bool, std::less<>> topic_exists;
  std::map<TopicPartition, PartitionStats> partitions;
};

// Error: kParsing, for what is not librdkafka's JSON (a client id with a quote in it breaks it).
Result<Stats> parse_stats(std::string_view json);

}  // namespace hermod::kafka
