#include "kafka/kafka_membership.h"

#include "kafka/kafka_words.h"

namespace hermod::kafka {

void Membership::on_stats(const GroupStats& stats) {
  coordinator_ = stats.coordinator;
  coordinated_ = stats.coordinator_up;
  steady_ = stats.steady;
  joined_for_ms_ = stats.rebalance_age_ms;
  if (!steady_) {
    ++ticks_unsteady_;
    return;
  }
  join();
}

void Membership::on_first_record() {
  if (ever_joined_) return;
  coordinated_ = true;
  join();
}

void Membership::join() {
  ever_joined_ = true;
  steady_ = true;
  unauthorised_ = false;
  ticks_unsteady_ = 0;
  error_.clear();
}

void Membership::on_error(bool unauthorised, std::string_view text) {
  unauthorised_ = unauthorised_ || unauthorised;
  error_ = text;
  if (unauthorised) steady_ = false;
}

void Membership::begin_again() {
  coordinated_ = false;
  steady_ = false;
  ever_joined_ = false;
  ticks_unsteady_ = 0;
}

std::string Membership::reason(bool patient) const {
  if (unauthorised_) {
    return "not authorised to join the consumer group " + group_ + ": grant READ on the group";
  }
  if (steady_ || (patient && ticks_unsteady_ < kPatienceTicks)) return {};
  const std::string detail = error_.empty() ? "" : ": " + error_;
  if (coordinated_) return "the consumer group " + group_ + " is not joined" + detail;
  if (coordinator_.empty()) return "the consumer group " + group_ + " has no coordinator" + detail;
  return "the coordinator of the consumer group " + group_ + ", " + coordinator_ +
         ", cannot be reached" + std::string(kAdvertisedHint);
}

}  // namespace hermod::kafka
