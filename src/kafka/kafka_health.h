#pragma once
// Decides from a client's errors and statistics whether it consumes. Its brokers must answer; and,
// for a member of a group, the group must be joined, the topics must exist and be readable, and
// every assigned partition must be fetched. Performs no I/O: the owner passes events in, and reads
// up(), reason() and missing().

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/kafka_fetching.h"
#include "kafka/kafka_membership.h"
#include "kafka/kafka_reachability.h"
#include "kafka/kafka_stats.h"
#include "kafka/kafka_topics.h"

namespace hermod::kafka {

// An error message of a client, and what it concerns.
struct Refusal {
  enum class Of { kGroup, kTopic, kPartition };
  Of of = Of::kGroup;
  bool unauthorised = false;
  std::string_view topic;  // empty for an error of the group
  int32_t partition = -1;  // only for an error of a partition
  std::string_view text;
};

class KafkaHealth {
 public:
  // `group`: empty if partitions are read without a group.
  KafkaHealth(std::vector<std::string> topics, std::string group);

  void on_answer();                      // something arrived that only a broker can have sent
  void on_error(std::string_view text);  // the last one is the reason once the brokers are lost
  void on_all_brokers_down();
  void on_refusal(const Refusal& refusal);
  void on_record(std::string_view topic, int32_t partition);  // needed only while up() is false
  void on_stats(const Stats& stats);                          // once a second
  void on_fatal(std::string_view text);                       // the client will never work again
  void begin_again();                                         // a new client was created

  bool up() const { return up_; }
  bool reachable() const { return brokers_.reachable(); }  // whether the brokers answer
  std::string reason() const;                              // empty when up
  std::vector<std::string> missing() const { return topics_.missing(); }
  int64_t joined_for_ms() const { return membership_.joined_for_ms(); }

 private:
  void evaluate();
  std::vector<std::string> reasons() const;

  bool grouped_;
  Topics topics_;
  Membership membership_;
  Fetching fetching_;
  Reachability brokers_;
  bool up_ = false;
  std::string fatal_;  // empty: none, or a new client has joined since then
};

}  // namespace hermod::kafka
