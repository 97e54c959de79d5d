#pragma once
// The part of librdkafka's statistics that hermod uses: whether any broker answers, the state of
// the group membership, which topics exist, and the fetch position of each partition.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "hermod/result.h"

namespace hermod::kafka {

using TopicPartition = std::pair<std::string, int32_t>;

struct BrokerStats {
  std::string address;  // host:port; empty while unknown
  bool up = false;      // connected, and the handshake is complete
};

struct GroupStats {
  bool coordinator_up = false;  // known and connected
  bool steady = false;          // a member with an assignment
  std::string coordinator;      // host:port; empty while unknown
  int64_t rebalance_age_ms = 0;
};

struct PartitionStats {
  // Result of the last fetch of this partition. A refusing broker does not report the end of the
  // partition.
  enum class Fetch { kNone, kRefused, kWorks };

  bool wanted = false;  // assigned to this process
  Fetch fetch = Fetch::kNone;
  int32_t broker = -1;   // id of the broker that it is fetched from; -1: no leader
  uint64_t waiting = 0;  // fetched records not taken yet; of all partitions that share a queue
  // Start offset of a consumer that has read nothing yet: the committed offset, or else the oldest;
  // -1: unknown.
  int64_t begin = -1;
  int64_t next = -1;  // next offset to fetch, past offsets without a record; -1: unknown
  int64_t end = -1;   // end of the readable records; -1: unknown
};

struct Stats {
  uint32_t brokers_up = 0;
  uint64_t responses = 0;                  // of all brokers, since the client was created
  bool awaiting = false;                   // at least one request is not answered yet
  std::map<int32_t, BrokerStats> brokers;  // by broker id, if it is known
  GroupStats group;
  // By topic: whether the brokers know any of its partitions. A topic is absent while this is
  // unknown.
  std::map<std::string, bool, std::less<>> topic_exists;
  std::map<TopicPartition, PartitionStats> partitions;
};

// Error: kParsing if `json` is not valid JSON, for example because of a quote in the client id,
// which librdkafka does not escape.
Result<Stats> parse_stats(std::string_view json);

}  // namespace hermod::kafka
