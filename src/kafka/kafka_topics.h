#pragma once
// Which of the subscribed topics exist, and which the ACL does not permit to describe. Performs no
// I/O: the owner passes statistics and errors in.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/kafka_stats.h"

namespace hermod::kafka {

class Topics {
 public:
  explicit Topics(std::vector<std::string> names) : names_(std::move(names)) {}

  void on_stats(const Stats& stats);
  // The brokers refuse to describe the topic. They report it once, so it is kept until the
  // partitions of the topic are known.
  void on_unauthorised(std::string_view topic) { unauthorised_.emplace(topic); }

  // The subscribed topics that do not exist, without those that must not be described.
  std::vector<std::string> missing() const;
  // Why topics cannot be consumed: the topics that must not be described; and, if no topic exists,
  // the missing ones.
  std::vector<std::string> reasons() const;

 private:
  std::vector<std::string> names_;
  std::set<std::string, std::less<>> absent_;  // without partitions, for any reason
  std::set<std::string, std::less<>> unauthorised_;
};

}  // namespace hermod::kafka
