#include "server/health.h"

#include <utility>

namespace hermod {
namespace {

ShardHealth health_of(const ShardStatus& shard) {
  ShardHealth made{.address = shard.address,
                   .up = shard.up,
                   .reason = shard.reason,
                   .warning = shard.warning,
                   .users = shard.users,
                   .replicas = {},
                   .replication = shard.replication};
  for (const ReplicaStatus& replica : shard.replicas) {
    made.replicas.push_back({replica.address, replica.state});
  }
  return made;
}

std::optional<RedisServers> servers_of(const BusStatus& bus) {
  if (!bus.names_shards() && bus.shards.front().replicas.empty() &&
      bus.shards.front().replication.empty()) {
    return std::nullopt;
  }
  RedisServers made{.mode = label(bus.mode),
                    .shards = {},
                    .open_slots = bus.open_slots,
                    .sentinels = {},
                    .troubles = bus.troubles};
  for (const ShardStatus& shard : bus.shards) made.shards.push_back(health_of(shard));
  for (const SentinelStatus& sentinel : bus.sentinels) {
    made.sentinels.push_back({sentinel.address, sentinel.up, sentinel.reason});
  }
  return made;
}

}  // namespace

Health::Health(const Dependencies& dependencies, std::function<std::string()> metrics)
    : uses_(dependencies),
      metrics_(std::move(metrics)),
      started_ms_(dependencies.clock.steady_ms()) {}

std::string Health::service() const {
  return uses_.options.service_name;
}

std::string Health::environment() const {
  return uses_.options.environment;
}

int64_t Health::uptime_ms() const {
  return uses_.clock.steady_ms() - started_ms_;
}

BackendHealth Health::redis() const {
  const BusStatus bus = uses_.bus.status();
  return {bus.up, bus.url, bus.reason, {}, bus.warning, servers_of(bus)};
}

BackendHealth Health::kafka() const {
  const SourceStatus source = uses_.source.status();
  return {.up = source.up,
          .where = source.brokers,
          .error = source.reason,
          .missing_topics = source.missing_topics,
          .warning = deferred_warning(source),
          .servers = {},
          .consumes = source.consumes};
}

bool Health::ready() const {
  return uses_.readiness.ready();
}

bool Health::degraded() const {
  return uses_.readiness.degraded();
}

std::vector<std::string> Health::reasons() const {
  return uses_.readiness.reasons();
}

std::vector<std::string> Health::warnings() const {
  return uses_.readiness.warnings();
}

size_t Health::connections() const {
  return uses_.ws.socket_count();
}

size_t Health::connections_per_user_max() const {
  return uses_.options.websocket_max_connections_per_user;
}

std::optional<std::string> Health::metrics() const {
  if (!uses_.options.enable_metrics) return std::nullopt;
  return metrics_();
}

}  // namespace hermod
