#include "redis_check/map_findings.h"

#include <algorithm>
#include <cassert>

#include "base/parse.h"

namespace hermod {
namespace {

constexpr uint64_t kNodeTimeoutMaxMs = 5000;
constexpr size_t kSlotsNamed = 10;

using State = ReplicaNode::State;

std::string counted(size_t count, const std::string& what) {
  return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

class Warnings {
 public:
  void add(std::string text) { found_.push_back({RedisFinding::Level::kWarning, std::move(text)}); }
  std::vector<RedisFinding> take() { return std::move(found_); }

 private:
  std::vector<RedisFinding> found_;
};

void add_master(const MasterNode& master, uint32_t replicas_min, Warnings& warnings) {
  const std::string at = "Redis at " + master.endpoint.address();
  for (const ReplicaNode& replica : master.replicas) {
    const std::string its = at + ": its replica " + replica.endpoint.address();
    if (replica.state == State::kFailed) warnings.add(its + " has failed");
    if (replica.state == State::kSyncing) warnings.add(its + " is synchronizing");
    if (replica.endpoint.host != master.endpoint.host) continue;
    warnings.add(its + " is on the same host, so that both fail together");
  }
  const size_t expected = master.replicas_expected();
  if (expected == 0) {
    return warnings.add(at +
                        " has no replica: if it fails, its users are not served, and its "
                        "messages may be lost");
  }
  if (expected < replicas_min) {
    warnings.add(at + " has " + counted(expected, "replica") + ", but REDIS_REPLICAS_MIN is " +
                 std::to_string(replicas_min) +
                 ": after REDIS_REPLICA_WAIT, messages are acknowledged without replicas");
  }
}

void add_open_slots(const std::set<uint16_t>& slots, Warnings& warnings) {
  if (slots.empty()) return;
  std::string numbers;
  size_t named = 0;
  for (const uint16_t slot : slots) {
    if (++named > kSlotsNamed) break;
    numbers += (named == 1 ? "" : ", ") + std::to_string(slot);
  }
  if (slots.size() > kSlotsNamed) numbers += ", ...";
  warnings.add(counted(slots.size(), "open slot") + ": " + numbers +
               "; the users of a slot wait until its move ends: redis-cli --cluster fix completes "
               "a move that was interrupted");
}

std::string addresses(const std::vector<const ClusterConfig*>& configs) {
  std::string text;
  for (const ClusterConfig* config : configs) text += (text.empty() ? "" : ", ") + config->address;
  return text;
}

template <class Value>
std::string described(const std::vector<ClusterConfig>& configs, Value value) {
  const bool equal = std::all_of(configs.begin(), configs.end(), [&](const ClusterConfig& config) {
    return value(config) == value(configs.front());
  });
  if (!equal) return "different";
  return value(configs.front()).empty() ? "unknown" : value(configs.front());
}

}  // namespace

std::string describe_replicas(const MasterNode& master) {
  if (master.replicas.empty()) return "no replica";
  std::string text;
  for (const ReplicaNode& replica : master.replicas) {
    text += text.empty() ? "replicas: " : ", ";
    text += replica.endpoint.address() + " (" + std::string(label(replica.state)) + ')';
  }
  return text;
}

std::string describe_configs(const std::vector<ClusterConfig>& configs) {
  assert(!configs.empty());
  const std::string coverage =
      described(configs, [](const ClusterConfig& config) { return config.full_coverage; });
  const std::string timeout =
      described(configs, [](const ClusterConfig& config) { return config.node_timeout_ms; });
  const bool number = parse_number<uint64_t>(timeout).has_value();
  return "cluster-require-full-coverage " + coverage + ", cluster-node-timeout " + timeout +
         (number ? " ms" : "");
}

std::vector<RedisFinding> map_findings(const RedisMap& found, uint32_t replicas_min,
                                       const std::set<uint16_t>& open_slots) {
  Warnings warnings;
  for (const std::string& fault : found.facts.sentinel_faults) {
    warnings.add("the Sentinel at " + fault);
  }
  size_t replicas_max = 0;
  for (const MasterNode& master : found.map.masters()) {
    if (!master.in_use()) continue;
    add_master(master, replicas_min, warnings);
    replicas_max = std::max(replicas_max, master.replicas_expected());
  }
  if (replicas_max > replicas_min) {
    warnings.add("REDIS_REPLICAS_MIN is " + std::to_string(replicas_min) + ", but a master has " +
                 counted(replicas_max, "replica") +
                 ": a failover to a replica that lacks the last messages loses them");
  }
  add_open_slots(open_slots, warnings);
  if (found.facts.slots_unserved > 0) {
    warnings.add(counted(found.facts.slots_unserved, "slot") + " of " + std::to_string(kSlotCount) +
                 " without a master: their users are not served");
  }
  return warnings.take();
}

std::vector<RedisFinding> config_findings(const std::vector<ClusterConfig>& configs) {
  Warnings warnings;
  std::vector<const ClusterConfig*> full;
  std::vector<const ClusterConfig*> slow;
  for (const ClusterConfig& config : configs) {
    if (config.full_coverage == "yes") full.push_back(&config);
    const auto timeout_ms = parse_number<uint64_t>(config.node_timeout_ms);
    if (timeout_ms.value_or(0) > kNodeTimeoutMaxMs) slow.push_back(&config);
  }
  if (!full.empty()) {
    warnings.add("cluster-require-full-coverage is yes at " + addresses(full) +
                 ": if one shard fails, the others refuse their users, too; set it to no");
  }
  if (!slow.empty()) {
    warnings.add("cluster-node-timeout is " + slow.front()->node_timeout_ms + " ms at " +
                 addresses(slow) +
                 ": a failover begins only after this time; set it to 5000 or less");
  }
  return warnings.take();
}

}  // namespace hermod
