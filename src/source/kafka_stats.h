#pragma once
// What hermod reads out of librdkafka's statistics: whether any broker answers, which topics exist,
// and how far behind each partition is.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "hermod/result.h"

namespace hermod::kafka {

struct PartitionEnds {
  int64_t begin =
      -1;  // where a reader that read nothing yet begins: committed, else the oldest; -1 unknown
  int64_t end = -1;  // the offset that the next record will get; -1 unknown
};

struct Stats {
  uint32_t brokers_up = 0;  // connected and past the handshake
  uint64_t responses = 0;   // of all brokers, since the client began
  bool awaiting = false;    // some broker owes us an answer
  // By topic: whether the brokers know any of its partitions. Topics without an answer yet are
  // absent.
  std::map<std::string, bool, std::less<>> topic_exists;
  std::map<std::pair<std::string, int32_t>, PartitionEnds> ends;
};

// Error: kParsing, for what is not librdkafka's JSON (a client id with a quote in it breaks it).
Result<Stats> parse_stats(std::string_view json);

}  // namespace hermod::kafka
