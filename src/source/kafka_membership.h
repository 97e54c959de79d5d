#pragma once
// Whether the client is a member of its consumer group. Pure: statistics and errors go in.

#include <cstdint>
#include <string>

#include "source/kafka_stats.h"

namespace hermod::kafka {

class Membership {
 public:
  explicit Membership(std::string group) : group_(std::move(group)) {}

  void on_stats(const GroupStats& stats);  // once a second
  // Only a member gets one. Later ones say nothing: they may have been fetched before the loss.
  void on_first_record();
  // librdkafka reports a refusal once: it lasts until the group is joined.
  void on_error(bool unauthorised, std::string_view text);
  void begin_again();  // with a new client

  bool coordinated() const { return coordinated_; }
  // Empty for a member. `patient`: it was one a moment ago, and a rebalance is no reason.
  std::string reason(bool patient) const;
  // Since the group was last joined; -1 while it is not.
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
