#pragma once
// Whether every assigned partition is fetched. librdkafka reports some errors once and suppresses
// repetitions, so an error of a partition is kept here as a state that ends when a fetch of it
// succeeds. Performs no I/O: the owner passes statistics and errors in.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/kafka_stats.h"

namespace hermod::kafka {

class Fetching {
 public:
  void on_stats(const Stats& stats);  // once a second
  void on_record(std::string_view topic, int32_t partition);
  void on_error(std::string_view topic, int32_t partition, bool unauthorised,
                std::string_view text);
  void begin_again() { troubles_.clear(); }  // a new client was created

  // Why partitions are not fetched; empty if all are. `patient`: all were fetched until a moment
  // ago, so a short interruption, such as a change of leader, is not reported.
  std::vector<std::string> reasons(bool patient) const;

 private:
  struct Trouble {
    bool unauthorised = false;
    bool repeated = false;     // the error was reported again since the last statistics
    uint32_t ticks = 0;        // statistics since the trouble began
    uint32_t ticks_clean = 0;  // consecutive statistics without the error
    std::string text;          // librdkafka's error message; may be empty
    std::string state;         // the problem that the statistics show
  };

  void evaluate(const TopicPartition& id, const PartitionStats& partition, const Stats& stats);

  std::map<TopicPartition, Trouble> troubles_;
};

}  // namespace hermod::kafka
