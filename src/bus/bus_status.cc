#include "bus/bus_status.h"

#include <algorithm>

namespace hermod {
namespace {

constexpr size_t kNamedMax = 8;  // shards in one text

// "host:port: <text>; …" of the shards that have a text.
std::string named(const std::vector<ShardStatus>& shards, std::string ShardStatus::*text) {
  std::string joined;
  size_t count = 0;
  for (const ShardStatus& shard : shards) {
    if ((shard.*text).empty() || ++count > kNamedMax) continue;
    if (!joined.empty()) joined += "; ";
    joined += shard.address + ": " + shard.*text;
  }
  if (count > kNamedMax) joined += "; and " + std::to_string(count - kNamedMax) + " more shards";
  return joined;
}

}  // namespace

std::string_view label(BusMode mode) {
  switch (mode) {
    case BusMode::kSingle:
      return "single";
    case BusMode::kSentinel:
      return "sentinel";
    case BusMode::kCluster:
      return "cluster";
  }
  return "";
}

bool BusStatus::works() const {
  if (shards.empty()) return up && reason.empty();
  return std::ranges::any_of(shards, &ShardStatus::works);
}

void sum_up_shards(BusStatus& status) {
  for (const ShardStatus& shard : status.shards) {
    status.up |= shard.up;
    status.publications_waiting += shard.publications_waiting;
    status.publications_in_flight += shard.publications_in_flight;
    status.subscriptions += shard.users;
    status.unreplicated += shard.unreplicated;
    status.round_trip_us = std::max(status.round_trip_us, shard.round_trip_us);
    status.canary_age_ms = std::max(status.canary_age_ms, shard.canary_age_ms);
  }
  if (!status.names_shards()) {
    status.reason = status.shards.front().reason;
    status.warning = status.shards.front().warning;
    return;
  }
  if (status.shards.empty()) {
    if (status.reason.empty()) status.reason = "no server is known yet";
    return;
  }
  if (std::ranges::none_of(status.shards, &ShardStatus::works)) {
    status.reason = named(status.shards, &ShardStatus::reason);
  }
  status.warning = named(status.shards, &ShardStatus::warning);
}

std::vector<std::string> broken_shards(const BusStatus& status) {
  std::vector<std::string> found;
  if (!status.names_shards()) return found;
  for (const ShardStatus& shard : status.shards) {
    if (shard.works()) continue;
    found.push_back("the Redis shard " + shard.address + (shard.up ? " is up, but " : ": ") +
                    shard.reason);
  }
  return found;
}

}  // namespace hermod
