#pragma once
// The replies of a cluster node: CLUSTER SLOTS, CLUSTER NODES, CLUSTER INFO, MOVED and ASK. All of
// it is validated, because hermod does not trust the content of a reply. Redis 5 to 8 and Valkey
// send these forms.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hermod/result.h"
#include "redis/redis_endpoint.h"

struct redisReply;

namespace hermod {

struct ClusterPeer {
  std::string id;
  RedisEndpoint endpoint;  // with an empty host: the node does not know the address
};

// A range of slots and the nodes that serve it.
struct SlotRange {
  uint16_t first = 0;
  uint16_t last = 0;  // inclusive
  ClusterPeer master;
  std::vector<ClusterPeer> replicas;
};

// A slot that is being moved between two masters. Only these two report it.
struct OpenSlot {
  uint16_t slot = 0;
  enum class Direction { kMigrating, kImporting } direction = Direction::kMigrating;
  std::string other_id;  // of the node at the other end

  bool operator==(const OpenSlot&) const = default;
};

// One line of CLUSTER NODES.
struct ClusterNode {
  std::string id;
  RedisEndpoint endpoint;  // with an empty host: unknown. SLOTS has the preferred address
  bool myself = false;     // the node that was asked
  bool master = false;
  bool failed = false;    // a majority of the masters considers it dead
  bool joining = false;   // in its handshake, or without an address
  std::string master_id;  // of a replica
  uint64_t epoch = 0;     // the config epoch; of a replica, that of its master
  std::vector<OpenSlot> open_slots;
};

struct ClusterInfo {
  std::string state;  // "ok", or "fail": the node serves nothing
  uint64_t current_epoch = 0;
};

struct Redirection {
  enum class Kind { kMoved, kAsk } kind;
  uint16_t slot = 0;
  RedisEndpoint endpoint;  // with an empty host: unknown
};

// `asked` is the endpoint of the node that sent the reply: its host stands for an address that the
// reply leaves out. An error says what is wrong with the reply.
Result<std::vector<SlotRange>> read_cluster_slots(const redisReply& reply,
                                                  const RedisEndpoint& asked);
Result<std::vector<ClusterNode>> read_cluster_nodes(std::string_view text,
                                                    const RedisEndpoint& asked);
Result<ClusterInfo> read_cluster_info(std::string_view text);

// None: the error is neither MOVED nor ASK, or is malformed.
std::optional<Redirection> read_redirection(std::string_view error, const RedisEndpoint& asked);

}  // namespace hermod
