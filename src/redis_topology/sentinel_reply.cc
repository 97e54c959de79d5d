#include "redis_topology/sentinel_reply.h"

#include <algorithm>

#include "base/parse.h"
#include "redis/reply.h"
#include "redis_topology/node_address.h"

namespace hermod {
namespace {

constexpr size_t kEntriesMax = 1024;  // of one reply
constexpr size_t kNamesMax = 10;
constexpr size_t kIdBytesMax = 64;

// The value of a field in a flat list of names and values.
std::string_view field_of(const redisReply& reply, std::string_view name) {
  for (size_t i = 0; i + 1 < reply_size(reply); i += 2) {
    if (reply_text_at(reply, i) == name) return reply_text_at(reply, i + 1).value_or("");
  }
  return {};
}

bool has_flag(std::string_view flags, std::string_view flag) {
  while (!flags.empty()) {
    const std::string_view word = flags.substr(0, flags.find(','));
    if (word == flag) return true;
    flags.remove_prefix(std::min(flags.size(), word.size() + 1));
  }
  return false;
}

std::optional<RedisEndpoint> endpoint_of(const redisReply& entry) {
  const auto port = parse_number<uint16_t>(field_of(entry, "port"));
  const std::string_view host = field_of(entry, "ip");
  if (!port || host.empty()) return std::nullopt;
  const auto endpoint = node_endpoint(host, *port, {});
  return endpoint && !endpoint->host.empty() ? endpoint : std::nullopt;
}

ReplicaNode::State state_of(const redisReply& entry) {
  const std::string_view flags = field_of(entry, "flags");
  for (const std::string_view flag : {"s_down", "o_down", "disconnected"}) {
    if (has_flag(flags, flag)) return ReplicaNode::State::kFailed;
  }
  const bool linked = field_of(entry, "master-link-status") == "ok";
  return linked ? ReplicaNode::State::kOnline : ReplicaNode::State::kSyncing;
}

}  // namespace

std::optional<SentinelMaster> read_sentinel_master(const redisReply& reply) {
  const auto endpoint = endpoint_of(reply);
  const auto epoch = parse_number<uint64_t>(field_of(reply, "config-epoch"));
  const auto others = parse_number<uint64_t>(field_of(reply, "num-other-sentinels"));
  if (!endpoint || !epoch || !others) return std::nullopt;
  return SentinelMaster{*endpoint, *epoch, *others, has_flag(field_of(reply, "flags"), "o_down")};
}

std::optional<std::vector<ReplicaNode>> read_sentinel_replicas(const redisReply& reply) {
  if (reply_is_error(reply) || reply_size(reply) > kEntriesMax) return std::nullopt;
  std::vector<ReplicaNode> replicas;
  for (size_t i = 0; i < reply_size(reply); ++i) {
    const redisReply& entry = *reply_at(reply, i);
    const auto endpoint = endpoint_of(entry);
    if (!endpoint) return std::nullopt;
    replicas.push_back({state_of(entry), *endpoint, {}});
  }
  std::sort(replicas.begin(), replicas.end(), [](const ReplicaNode& a, const ReplicaNode& b) {
    return a.endpoint.address() < b.endpoint.address();
  });
  return replicas;
}

std::optional<std::vector<SentinelPeerName>> read_sentinel_peers(const redisReply& reply) {
  if (reply_is_error(reply) || reply_size(reply) > kEntriesMax) return std::nullopt;
  std::vector<SentinelPeerName> peers;
  for (size_t i = 0; i < reply_size(reply); ++i) {
    const redisReply& entry = *reply_at(reply, i);
    const auto endpoint = endpoint_of(entry);
    if (!endpoint) return std::nullopt;
    peers.push_back({*endpoint, std::string(field_of(entry, "runid").substr(0, kIdBytesMax))});
  }
  return peers;
}

std::string read_master_names(const redisReply& reply) {
  std::string names;
  for (size_t i = 0; i < std::min(reply_size(reply), kNamesMax); ++i) {
    const std::string name = error_words(field_of(*reply_at(reply, i), "name"));
    if (!name.empty()) names += (names.empty() ? "" : ", ") + name;
  }
  if (reply_size(reply) > kNamesMax) names += " and others";
  return names;
}

std::string_view read_role(const redisReply& reply) {
  return reply_text_at(reply, 0).value_or("");
}

}  // namespace hermod
