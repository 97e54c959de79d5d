// Starting a cluster:
// - Every node gets its own configuration epoch, so that no two masters begin with the same.
// - The masters get their slots, and every node meets all later ones, because gossip alone takes
//   seconds.
// - When a replica knows its master, it starts to replicate.
// Redis serves the slots 2 s after the start of its process at the earliest.

#include "support/redis_cluster.h"

#include <algorithm>
#include <boost/crc.hpp>
#include <stdexcept>

#include "support/wait_for.h"

namespace hermod::test {
namespace {

constexpr size_t kSlots = 16'384;

void expect_ok(RedisServer& node, const std::vector<std::string>& words) {
  const std::string reply = node.command(words);
  if (reply != "OK") throw std::runtime_error(words[0] + " " + words[1] + ": " + reply);
}

}  // namespace

RedisCluster::RedisCluster(RedisClusterOptions options) : options_(std::move(options)) {
  const bool full = options_.coverage == RedisClusterOptions::Coverage::kFull;
  options_.node.mode = RedisServerOptions::Mode::kClusterNode;
  for (const std::string& line :
       {"cluster-node-timeout " + std::to_string(options_.node_timeout_ms),
        std::string("cluster-require-full-coverage ") + (full ? "yes" : "no"),
        // A replica that changes its master by itself would make tests depend on the time.
        std::string("cluster-allow-replica-migration no")}) {
    options_.node.configuration.insert(options_.node.configuration.begin(), line);
  }
  for (size_t i = 0; i < options_.masters * (1 + options_.replicas); ++i) spawn();
  join();
  assign_roles();
  wait_until_ok();
}

RedisServer& RedisCluster::spawn() {
  nodes_.push_back(std::make_unique<RedisServer>(options_.node));
  expect_ok(*nodes_.back(), {"CLUSTER", "SET-CONFIG-EPOCH", std::to_string(nodes_.size())});
  return *nodes_.back();
}

void RedisCluster::join() {
  for (size_t m = 0; m < options_.masters; ++m) {
    const size_t first = kSlots * m / options_.masters;
    const size_t last = kSlots * (m + 1) / options_.masters - 1;
    expect_ok(node(m), {"CLUSTER", "ADDSLOTSRANGE", std::to_string(first), std::to_string(last)});
  }
  for (size_t a = 0; a < size(); ++a) {
    for (size_t b = a + 1; b < size(); ++b) {
      expect_ok(node(a), {"CLUSTER", "MEET", "127.0.0.1", std::to_string(node(b).port()),
                          node(b).command({"CONFIG", "GET", "cluster-port"}).substr(13)});
    }
  }
}

void RedisCluster::assign_roles() {
  for (size_t i = options_.masters; i < size(); ++i) {
    RedisServer& master = node((i - options_.masters) / options_.replicas);
    const std::string id = id_of(master);
    wait_for("a replica knows its master", [&] {
      return node(i).command({"CLUSTER", "REPLICATE", id}) == "OK";
    });
  }
}

std::string RedisCluster::url() const {
  const bool tls = options_.node.tls.has_value();
  std::string text =
      (tls ? "rediss+cluster://" : "redis+cluster://") + redis_credentials(options_.node);
  for (const auto& one : nodes_) {
    text += (one == nodes_.front() ? "127.0.0.1:" : ",127.0.0.1:") + std::to_string(one->port());
  }
  return text;
}

// CRC-16/XMODEM (boost's type with that name computes another one) of the part between the first {
// and the next }, if that part is not empty.
uint16_t RedisCluster::slot_of(std::string_view key) {
  const size_t open = key.find('{');
  const size_t close = open == key.npos ? key.npos : key.find('}', open);
  if (close != key.npos && close > open + 1) key = key.substr(open + 1, close - open - 1);
  boost::crc_optimal<16, 0x1021, 0, 0, false, false> crc;
  crc.process_bytes(key.data(), key.size());
  return static_cast<uint16_t>(crc.checksum() % kSlots);
}

ClusterView RedisCluster::view_of(RedisServer& node) {
  return parse_cluster_nodes(node.command({"CLUSTER", "NODES"}));
}

std::string RedisCluster::id_of(RedisServer& node) {
  return node.command({"CLUSTER", "MYID"});
}

std::vector<RedisServer*> RedisCluster::responsive() {
  std::vector<RedisServer*> found;
  for (const auto& one : nodes_) {
    if (one->responsive()) found.push_back(one.get());
  }
  return found;
}

// Every node is asked about itself. A master that was replaced while it was frozen has the lower
// epoch.
RedisServer& RedisCluster::master_of_slot(uint16_t slot) {
  RedisServer* owner = nullptr;
  uint64_t highest = 0;
  for (RedisServer* const one : responsive()) {
    const ClusterView view = view_of(*one);
    const ClusterNode* const self = find_node(view, one->port());
    if (self == nullptr || !self->is("master") || !self->serves(slot)) continue;
    if (owner != nullptr && self->epoch <= highest) continue;
    owner = one;
    highest = self->epoch;
  }
  if (owner == nullptr) throw std::runtime_error("no node serves slot " + std::to_string(slot));
  return *owner;
}

std::vector<RedisServer*> RedisCluster::replicas_of(RedisServer& master) {
  const std::vector<RedisServer*> asked = responsive();
  const ClusterView view = view_of(master.responsive() ? master : *asked.at(0));
  const ClusterNode* const self = find_node(view, master.port());
  std::vector<RedisServer*> found;
  for (const auto& one : nodes_) {
    const ClusterNode* const known = find_node(view, one->port());
    const bool replica = known != nullptr && self != nullptr && known->master_id == self->id;
    if (replica) found.push_back(one.get());
  }
  return found;
}

void RedisCluster::failover(RedisServer& replica) {
  expect_ok(replica, {"CLUSTER", "FAILOVER"});
  wait_for("the replica is promoted", [&] { return replica.info("role") == "master"; });
}

void RedisCluster::cut_replication(RedisServer& master) {
  for (RedisServer* const one : replicas_of(master)) {
    if (one->running()) one->freeze();
  }
  master.command({"CLIENT", "KILL", "TYPE", "replica"});
}

RedisServer& RedisCluster::add_master() {
  RedisServer& added = spawn();
  const std::string bus_port = added.command({"CONFIG", "GET", "cluster-port"}).substr(13);
  for (RedisServer* const one : responsive()) {
    if (one == &added) continue;
    expect_ok(*one, {"CLUSTER", "MEET", "127.0.0.1", std::to_string(added.port()), bus_port});
  }
  wait_until_ok();
  return added;
}

// A node that forgets another one ignores it for a minute, so that gossip does not bring it back.
void RedisCluster::remove(RedisServer& node) {
  const std::string id = id_of(node);
  node.kill();
  for (RedisServer* const one : responsive()) expect_ok(*one, {"CLUSTER", "FORGET", id});
  std::erase_if(nodes_, [&node](const auto& one) { return one.get() == &node; });
  wait_until_ok();
}

bool RedisCluster::agreed() {
  const std::vector<RedisServer*> asked = responsive();
  std::vector<uint16_t> ports;
  for (const RedisServer* one : asked) ports.push_back(one->port());
  std::string shape;
  for (RedisServer* const one : asked) {
    const std::string state = one->command({"CLUSTER", "INFO"});
    if (state.find("cluster_state:ok") == state.npos) return false;
    if (state.find("cluster_slots_ok:16384") == state.npos) return false;
    const std::string seen = shape_of(view_of(*one), ports);
    if (seen == "incomplete" || (!shape.empty() && seen != shape)) return false;
    shape = seen;
    if (one->info("role") == "slave" && one->info("master_link_status") != "up") return false;
  }
  return !asked.empty();
}

void RedisCluster::wait_until_ok() {
  wait_for(
      "all nodes agree and all slots are served", [this] { return agreed(); },
      std::chrono::seconds(30));
}

}  // namespace hermod::test
