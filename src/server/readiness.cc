#include "server/readiness.h"

#include <utility>

#include "base/escape.h"

namespace hermod {

bool Readiness::ready() const {
  const BusStatus bus = uses_.bus.status();
  return !draining_ && bus.up && bus.reason.empty() && uses_.source.status().up &&
         external_topics().empty();
}

std::vector<std::string> Readiness::reasons() const {
  std::vector<std::string> reasons;
  const BusStatus bus = uses_.bus.status();
  const SourceStatus source = uses_.source.status();
  if (draining_) reasons.emplace_back("draining: the process is shutting down");
  if (!bus.up) {
    reasons.push_back("Redis: " + bus.reason);
  } else if (!bus.reason.empty()) {
    reasons.push_back("Redis is up, but " + bus.reason);
  }
  if (!source.up) reasons.push_back("Kafka: " + source.reason);
  for (std::string& reason : external_topics()) reasons.push_back(std::move(reason));
  // All other records are still delivered, so ready() does not depend on this reason.
  if (!source.dead_letter_error.empty()) {
    reasons.push_back("dead letters cannot be written: " + source.dead_letter_error);
  }
  return reasons;
}

std::vector<std::string> Readiness::warnings() const {
  std::vector<std::string> warnings;
  for (const std::string& topic : uses_.source.status().missing_topics) {
    warnings.push_back("the Kafka topic does not exist: " + topic);
  }
  if (!uses_.reload.error.empty()) {
    warnings.push_back("the reload at " + iso8601(uses_.reload.wall_ms) +
                       " failed, and the settings are unchanged: " + uses_.reload.error);
  }
  return warnings;
}

// Topics whose records all have external event types: every record is skipped, although Kafka
// reports no error.
std::vector<std::string> Readiness::external_topics() const {
  std::vector<std::string> reasons;
  for (const auto* topic : uses_.external_types.only_external(uses_.clock.steady_ms())) {
    reasons.push_back("the topic " + topic->name +
                      " contains only records of external event types (" + escaped(topic->type) +
                      "): add the type to KAFKA_EVENT_TYPES");
  }
  return reasons;
}

}  // namespace hermod
