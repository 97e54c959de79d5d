#pragma once
// Decides from a client's errors and statistics whether it consumes: its brokers answer, and, where
// it reads as a member of a group, the group is joined, the topics exist and may be read, and every
// partition of ours is fetched. Pure: events go in, the verdict is in up(), reason() and missing().

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "source/kafka_fetching.h"
#include "source/kafka_membership.h"
#include "source/kafka_stats.h"
#include "source/kafka_topics.h"

namespace hermod::kafka {

// An error that a client names in a message, and what it concerns.
struct Refusal {
  enum class Of { kGroup, kTopic, kPartition };
  Of of = Of::kGroup;
  bool unauthorised = false;
  std::string_view topic;  // empty for the group's
  int32_t partition = -1;  // a partition's only
  std::string_view text;
};

class Health {
 public:
  // `group`: empty where partitions are read without one.
  Health(std::vector<std::string> topics, std::string group);

  void on_answer();                      // something came that only a broker can have sent
  void on_error(std::string_view text);  // the last one is the reason once the brokers are gone
  void on_all_brokers_down();
  void on_refusal(const Refusal& refusal);
  void on_record(std::string_view topic, int32_t partition);  // needed only while it is not up
  void on_stats(const Stats& stats);                          // once a second
  void on_fatal(std::string_view text);                       // the client never works again
  void begin_again();                                         // with a new client

  bool up() const { return up_; }
  bool reachable() const { return reachable_; }  // the brokers answer
  std::string reason() const;                    // empty when up
  std::vector<std::string> missing() const { return topics_.missing(); }
  int64_t joined_for_ms() const { return membership_.joined_for_ms(); }

 private:
  void lose_brokers(std::string reason);
  void judge();
  std::vector<std::string> reasons() const;

  bool grouped_;
  Topics topics_;
  Membership membership_;
  Fetching fetching_;
  bool up_ = false;
  bool reachable_ = false;
  bool ever_reachable_ = false;
  std::string unreachable_ = "not connected yet";  // why
  std::string fatal_;                              // empty: none, or a new client has joined since
  std::string last_error_;
  uint32_t ticks_without_broker_ = 0;
  uint32_t ticks_without_answer_ = 0;
  uint64_t responses_ = 0;
};

}  // namespace hermod::kafka
