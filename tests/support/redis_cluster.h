#pragma once
// A Redis Cluster on loopback: masters with replicas, each a RedisServer that the test can kill,
// freeze, thaw and start again. Every operation blocks until its effect is visible, and throws if
// that takes too long.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/cluster_view.h"
#include "support/redis_server.h"

namespace hermod::test {

struct RedisClusterOptions {
  size_t masters = 3;
  size_t replicas = 1;  // of each master
  uint32_t node_timeout_ms = 2000;
  enum class Coverage {
    kPartial,
    kFull
  } coverage = Coverage::kPartial;  // kFull: all slots or none
  RedisServerOptions node = {};     // of every node; the mode is set here
};

class RedisCluster {
 public:
  explicit RedisCluster(RedisClusterOptions options = {});  // returns when all nodes agree

  std::string url() const;  // redis+cluster:// or rediss+cluster:// with all nodes
  static uint16_t slot_of(std::string_view key);

  // Nodes by number: first the nodes that began as masters, then their replicas, then the added
  // ones. `node(masters + m * replicas + r)` began as replica r of master m.
  size_t size() const { return nodes_.size(); }
  RedisServer& node(size_t number) { return *nodes_.at(number); }

  // By the present roles. A node that is killed or frozen is not asked.
  RedisServer& master_of_slot(uint16_t slot);
  RedisServer& master_of_key(std::string_view key) { return master_of_slot(slot_of(key)); }
  std::vector<RedisServer*> replicas_of(RedisServer& master);  // also those that do not respond

  // Moves slots with their keys, one after the other, as `redis-cli --cluster reshard` does.
  void move_slots(RedisServer& from, RedisServer& to, uint16_t first, uint16_t last);
  // Begins to move a slot: it stays MIGRATING and IMPORTING until close_slot() completes the move.
  void open_slot(uint16_t slot, RedisServer& from, RedisServer& to);
  void close_slot(uint16_t slot, RedisServer& from, RedisServer& to);

  // Promotes a replica by CLUSTER FAILOVER, without loss.
  void failover(RedisServer& replica);
  // Freezes the replicas and ends their connections: they miss all later writes until thaw(). To
  // lose these writes, kill the master before thaw().
  void cut_replication(RedisServer& master);

  RedisServer& add_master();       // without slots
  void remove(RedisServer& node);  // without slots; the other nodes forget it, and it is killed

  // Waits until all slots are served, and all nodes that respond agree on the roles and slots of
  // each other and are synchronized.
  void wait_until_ok();

  ClusterView view_of(RedisServer& node);  // CLUSTER NODES of this node

 private:
  RedisServer& spawn();
  void join();
  void assign_roles();
  bool agreed();
  std::string id_of(RedisServer& node);
  std::vector<RedisServer*> responsive();
  void move_keys(uint16_t slot, RedisServer& from, RedisServer& to);

  RedisClusterOptions options_;
  std::vector<std::unique_ptr<RedisServer>> nodes_;
};

}  // namespace hermod::test
