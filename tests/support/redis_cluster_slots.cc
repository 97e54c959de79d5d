// Moving slots by the steps of Redis' documentation: IMPORTING at the target, MIGRATING at the
// source, MIGRATE for the keys, then the new owner at both and at the other masters.

#include <stdexcept>

#include "support/redis_cluster.h"

namespace hermod::test {
namespace {

constexpr const char* kKeysAtOnce = "100";

void set_slot(RedisServer& node, uint16_t slot, const std::string& state, const std::string& id) {
  const std::string reply = node.command({"CLUSTER", "SETSLOT", std::to_string(slot), state, id});
  if (reply != "OK") throw std::runtime_error("CLUSTER SETSLOT " + state + ": " + reply);
}

}  // namespace

void RedisCluster::open_slot(uint16_t slot, RedisServer& from, RedisServer& to) {
  set_slot(to, slot, "IMPORTING", id_of(from));
  set_slot(from, slot, "MIGRATING", id_of(to));
}

void RedisCluster::move_keys(uint16_t slot, RedisServer& from, RedisServer& to) {
  const std::string number = std::to_string(slot);
  while (true) {
    const auto keys = from.elements({"CLUSTER", "GETKEYSINSLOT", number, kKeysAtOnce});
    if (keys.empty()) return;
    std::vector<std::string> words{"MIGRATE", "127.0.0.1", std::to_string(to.port()),
                                   "",        "0",         "5000"};
    const RedisServerOptions& access = options_.node;
    if (!access.password.empty() && access.user.empty()) {
      words.insert(words.end(), {"AUTH", access.password});
    } else if (!access.password.empty()) {
      words.insert(words.end(), {"AUTH2", access.user, access.password});
    }
    words.push_back("KEYS");
    words.insert(words.end(), keys.begin(), keys.end());
    const std::string reply = from.command(words);
    if (reply != "OK" && reply != "NOKEY") throw std::runtime_error("MIGRATE: " + reply);
  }
}

void RedisCluster::close_slot(uint16_t slot, RedisServer& from, RedisServer& to) {
  move_keys(slot, from, to);
  const std::string owner = id_of(to);
  set_slot(to, slot, "NODE", owner);
  set_slot(from, slot, "NODE", owner);
  // The other masters would learn it by gossip, somewhat later. Replicas refuse the command.
  for (RedisServer* const one : responsive()) {
    if (one == &from || one == &to) continue;
    one->command({"CLUSTER", "SETSLOT", std::to_string(slot), "NODE", owner});
  }
}

void RedisCluster::move_slots(RedisServer& from, RedisServer& to, uint16_t first, uint16_t last) {
  for (int slot = first; slot <= last; ++slot) {
    open_slot(static_cast<uint16_t>(slot), from, to);
    close_slot(static_cast<uint16_t>(slot), from, to);
  }
}

}  // namespace hermod::test
