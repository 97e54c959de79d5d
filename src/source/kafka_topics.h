#pragma once
// Which of the subscribed topics exist, and which may not be described. Pure: statistics and errors
// go in.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "source/kafka_stats.h"

namespace hermod::kafka {

class Topics {
 public:
  explicit Topics(std::vector<std::string> names) : names_(std::move(names)) {}

  void on_stats(const Stats& stats);
  // The brokers refuse to describe it. Reported once: it lasts until its partitions are known.
  void on_unauthorised(std::string_view topic) { unauthorised_.emplace(topic); }

  // Subscribed to and not there. A topic that may not be described is not one of them.
  std::vector<std::string> missing() const;
  // Why topics cannot be consumed: those that may not be described, and, where there is no other,
  // those that do not exist.
  std::vector<std::string> reasons() const;

 private:
  std::vector<std::string> names_;
  std::set<std::string, std::less<>> absent_;  // without partitions, for whatever reason
  std::set<std::string, std::less<>> unauthorised_;
};

}  // namespace hermod::kafka
