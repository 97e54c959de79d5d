#pragma once
// The lines of `hermod check` about the nodes of a Sentinel or Cluster deployment.

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "redis/redis_probe.h"
#include "redis_check/redis_map.h"

namespace hermod {

// CONFIG GET of one master of a cluster. Empty: not permitted.
struct ClusterConfig {
  std::string address;
  std::string full_coverage;  // yes, no
  std::string node_timeout_ms;
};

// "replicas: 10.0.0.8:6379 (online)", or "no replica".
std::string describe_replicas(const MasterNode& master);

// "cluster-require-full-coverage no, cluster-node-timeout 2000 ms", with "unknown" for a value that
// was not permitted. Precondition: `configs` is not empty.
std::string describe_configs(const std::vector<ClusterConfig>& configs);

// Warnings. `open_slots`: as their masters report them.
std::vector<RedisFinding> map_findings(const RedisMap& found, uint32_t replicas_min,
                                       const std::set<uint16_t>& open_slots);
std::vector<RedisFinding> config_findings(const std::vector<ClusterConfig>& configs);

}  // namespace hermod
