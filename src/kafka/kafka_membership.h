#pragma once
// Whether the client is a member of its consumer group. Performs no I/O: the owner passes
// statistics and errors in.

#include <cstdint>
#include <string>

#include "kafka/kafka_stats.h"

namespace hermod::kafka {

class Membership {
 public:
  explicit Membership(std::string group) : group_(std::move(group)) {}

  void on_stats(const GroupStats& stats);  // once a second
  // The first record proves the membership. Later ones do not: they may have been fetched before
  // the membership was lost.
  void on_first_record();
  // librdkafka reports an authorisation error once; it is kept until the group is joined.
  void on_error(bool unauthorised, std::string_view text);
  void begin_again();  // a new client was created

  bool coordinated() const { return coordinated_; }
  // Why the client is not a member; empty if it is. `patient`: it was a member until a moment ago,
  // so a rebalance is not reported.
  std::string reason(bool patient) const;
  // Time since the group was last joined; -1 while it is not joined.
  int64_t joined_for_ms() const { return steady_ ? joined_for_ms_ : -1; }

 private:
  void join();

  std::string group_;
  std::string coordinator_;
  std::string error_;
  int64_t joined_for_ms_ = 0;
  uint32_t ticks_unsteady_ = 0;
  bool coordinated_ = false;
  bool steady_ = false;
  bool ever_joined_ = false;
  bool unauthorised_ = false;
};

}  // namespace hermod::kafka
