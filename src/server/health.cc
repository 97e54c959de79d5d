#include "server/health.h"

#include <utility>

#include "base/escape.h"
#include "observe/metrics.h"
#include "observe/process.h"
#include "server/components.h"
#include "server/version.h"

namespace hermod {

Health::Health(const Components& components)
    : components_(components), started_ms_(components.clock.steady_ms()) {}

std::string Health::service() const {
  return components_.options.service_name;
}

std::string Health::environment() const {
  return components_.options.environment;
}

int64_t Health::uptime_ms() const {
  return components_.clock.steady_ms() - started_ms_;
}

BackendHealth Health::redis() const {
  const BusStatus bus = components_.bus->status();
  return {bus.up, bus.url, bus.reason, {}, bus.warning};
}

BackendHealth Health::kafka() const {
  const SourceStatus source = components_.source->status();
  return {source.up, source.brokers, source.reason, source.missing_topics};
}

bool Health::ready() const {
  const BusStatus bus = components_.bus->status();
  return !draining_ && bus.up && bus.reason.empty() && components_.source->status().up &&
         external_topics().empty();
}

std::vector<std::string> Health::reasons() const {
  std::vector<std::string> reasons;
  const BusStatus bus = components_.bus->status();
  const SourceStatus source = components_.source->status();
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

std::vector<std::string> Health::warnings() const {
  std::vector<std::string> warnings;
  for (const std::string& topic : components_.source->status().missing_topics) {
    warnings.push_back("the Kafka topic does not exist: " + topic);
  }
  if (!components_.reload.error.empty()) {
    warnings.push_back("the reload at " + iso8601(components_.reload.wall_ms) +
                       " failed, and the settings are unchanged: " + components_.reload.error);
  }
  return warnings;
}

// Topics whose records all have external event types: every record is skipped, although Kafka
// reports no error.
std::vector<std::string> Health::external_topics() const {
  std::vector<std::string> reasons;
  for (const auto* topic :
       components_.ingest->external_types().only_external(components_.clock.steady_ms())) {
    reasons.push_back("the topic " + topic->name +
                      " contains only records of external event types (" + escaped(topic->type) +
                      "): add the type to KAFKA_EVENT_TYPES");
  }
  return reasons;
}

size_t Health::connections() const {
  return components_.ws->socket_count();
}

size_t Health::connections_per_user_max() const {
  return components_.options.websocket_max_connections_per_user;
}

std::optional<std::string> Health::metrics() const {
  if (!components_.options.enable_metrics) return std::nullopt;
  return render();
}

std::string Health::render() const {
  return render_metrics({components_.stats, components_.bus->status(), components_.source->status(),
                         read_process_usage(),
                         components_.tracer ? components_.tracer->status() : TraceStatus(),
                         kVersion, components_.options.environment, ready(), components_.reload,
                         components_.longest_iteration.value(components_.clock.steady_ms())});
}

}  // namespace hermod
