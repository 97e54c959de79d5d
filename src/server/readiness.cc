#include "server/readiness.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/escape.h"

namespace hermod {
namespace {

constexpr size_t kOpenSlotsMax = 8;  // that are named

void add_bus_warnings(const BusStatus& bus, std::vector<std::string>& warnings) {
  for (const ShardStatus& shard : bus.shards) {
    if (shard.replication.empty()) continue;
    warnings.push_back("the Redis shard " + shard.address +
                       " answers without a replica: " + shard.replication);
  }
  for (size_t i = 0; i < std::min(bus.open_slots.size(), kOpenSlotsMax); ++i) {
    warnings.push_back("the slot " + std::to_string(bus.open_slots[i]) +
                       " of the Redis Cluster is open: the records of its users wait");
  }
  if (bus.open_slots.size() > kOpenSlotsMax) {
    warnings.push_back(std::to_string(bus.open_slots.size() - kOpenSlotsMax) +
                       " more slots of the Redis Cluster are open");
  }
  warnings.insert(warnings.end(), bus.troubles.begin(), bus.troubles.end());
}

}  // namespace

std::string deferred_warning(const SourceStatus& source) {
  if (source.partitions_deferred == 0) return {};
  return std::to_string(source.partitions_deferred) +
         " Kafka partitions have records that are set aside, because their Redis shard is "
         "unavailable or their dead letters cannot be written: they will be read again";
}

bool Readiness::ready() const {
  return !draining_ && uses_.bus.status().works() && uses_.source.status().up &&
         external_topics().empty();
}

bool Readiness::degraded() const {
  return ready() && !broken_shards(uses_.bus.status()).empty();
}

std::vector<std::string> Readiness::reasons() const {
  std::vector<std::string> reasons;
  const BusStatus bus = uses_.bus.status();
  const SourceStatus source = uses_.source.status();
  if (draining_) reasons.emplace_back("draining: the process is shutting down");
  if (std::vector<std::string> broken = broken_shards(bus); !broken.empty()) {
    std::ranges::move(broken, std::back_inserter(reasons));
  } else if (!bus.up) {
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
  const SourceStatus source = uses_.source.status();
  for (const std::string& topic : source.missing_topics) {
    warnings.push_back("the Kafka topic does not exist: " + topic);
  }
  if (std::string deferred = deferred_warning(source); !deferred.empty()) {
    warnings.push_back(std::move(deferred));
  }
  add_bus_warnings(uses_.bus.status(), warnings);
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
