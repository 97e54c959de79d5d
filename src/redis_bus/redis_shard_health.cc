// What a shard says about its state: why it is down, what the topology should doubt, and the status
// for health pages and metrics.
#include "redis/reply.h"
#include "redis_bus/redis_shard.h"

namespace hermod {

void RedisShard::suspect() {
  if (!connected_) return;
  if (!links_.failover().replica_reason(publisher_.stalled()).empty()) {
    listener_.on_shard_suspect(*this, Suspicion::kNotMaster);
  } else if (is_error_of(publisher_.stalled(), "CLUSTERDOWN")) {
    listener_.on_shard_suspect(*this, Suspicion::kClusterDown);
  } else if (links_.canary().timed_out()) {
    listener_.on_shard_suspect(*this, Suspicion::kSilent);
  } else if (!links_.down_reason().empty()) {
    listener_.on_shard_suspect(*this, Suspicion::kLinkLost);
  }
}

std::string RedisShard::down_reason() const {
  std::string reason = links_.down_reason();
  if (reason.empty()) reason = publisher_.stalled();
  if (reason.empty()) reason = links_.failover().replica_reason(publisher_.stalled());
  if (reason.empty()) reason = links_.commands().server().refusal();
  if (reason.empty()) reason = replayer_.stalled();
  return reason;
}

void RedisShard::fill(BusStatus& status) const {
  const RedisServerCheck& server = links_.commands().server();
  ShardStatus& shard = status.shards.emplace_back();
  state_.fill(shard);
  shard.address = connected_ ? endpoint().address() : "without a server";
  if (const std::string& why = unpublished_.reason(); shard.up && !why.empty()) {
    shard.reason = "messages are stored but not published: " + why;
  }
  if (shard.works() && !server.publish_refusal().empty()) {
    shard.reason = "messages cannot be published: " + server.publish_refusal();
  }
  shard.warning = server.warning();
  shard.users = links_.subscriber().subscriptions().size();
  shard.publications_waiting = publisher_.queue().waiting();
  shard.publications_in_flight = publisher_.queue().in_flight();
  shard.round_trip_us = links_.canary().round_trip_us();
  shard.canary_age_ms = links_.canary().age_ms();
  if (replicas_) {
    const ReplicaAckStatus replication = replicas_->status();
    shard.replication = replication.reason;
    shard.unreplicated = replication.unreplicated;
  }
  status.reconnects += links_.reconnects();
  status.memory_losses += state_.memory_losses();
  status.devices_forgotten += replayer_.forgotten();
  status.external_dropped += links_.subscriber().dropped() + replayer_.dropped();
}

}  // namespace hermod
