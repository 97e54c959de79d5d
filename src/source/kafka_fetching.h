#pragma once
// Whether every partition of ours is fetched. librdkafka says some errors once and suppresses their
// repeats, so an error of a partition is a state here, which ends when a fetch of it succeeds.
// Pure: statistics and errors go in.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "source/kafka_stats.h"

namespace hermod::kafka {

class Fetching {
 public:
  void on_stats(const Stats& stats);  // once a second
  void on_record(std::string_view topic, int32_t partition);
  void on_error(std::string_view topic, int32_t partition, bool unauthorised,
                std::string_view text);
  void begin_again() { troubles_.clear(); }  // with a new client

  // Empty while all are fetched. `patient`: they were a moment ago, and a new leader is no reason.
  std::vector<std::string> reasons(bool patient) const;

 private:
  struct Trouble {
    bool unauthorised = false;
    bool repeated = false;     // the error came since the last statistics
    uint32_t ticks = 0;        // since it began
    uint32_t ticks_clean = 0;  // that the fetches have succeeded
    std::string text;          // librdkafka's, empty where it said nothing
    std::string state;         // what the statistics say
  };

  void judge(const TopicPartition& id, const PartitionStats& partition, const Stats& stats);

  std::map<TopicPartition, Trouble> troubles_;
};

}  // namespace hermod::kafka
