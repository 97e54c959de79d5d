#include "redis_check/redis_check.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <set>

#include "base/random.h"
#include "redis_check/map_findings.h"
#include "redis_check/master_check.h"
#include "redis_check/redis_map.h"
#include "redis_check/redis_trial.h"
#include "redis_topology/cluster_reply.h"

namespace hermod {
namespace {

using Kind = RedisUrl::Kind;
using Level = RedisFinding::Level;

class Checker {
 public:
  Checker(const RedisBusOptions& options, bool production, RedisCheck& check)
      : options_(options), production_(production), check_(check) {}

  void run() {
    auto found = find_redis_map(options_);
    if (!found) return add(found.error().message, Level::kError);
    found_ = found.take();
    const bool classic = settle_mode(options_, found_.facts);
    const bool connected = connect();
    if (masters_.empty()) return;
    if (std::string shared = shared_channels_warning(options_); !shared.empty()) {
      add(std::move(shared), Level::kWarning);
    }
    if (options_.url.kind != Kind::kSingle) describe();
    if (classic) check_.description += ", classic channels: the servers know no sharded ones";
    check_seeds();
    const bool permitted = try_rights();
    if (!connected || !permitted) return;
    MasterCheck& first = *masters_.front().check;
    if (auto tried = try_redis_bus(options_, first.user()); !tried) {
      first.fail(tried.error().message);
    }
    first.clean_up();
  }

 private:
  struct Master {
    uint16_t number;
    std::unique_ptr<MasterCheck> check;
  };

  void add(std::string text, Level level) { check_.findings.push_back({level, std::move(text)}); }

  void add(std::vector<RedisFinding> findings) {
    std::move(findings.begin(), findings.end(), std::back_inserter(check_.findings));
  }

  // False: not all masters can be used; masters_ are those that can.
  bool connect() {
    bool all = true;
    const std::vector<MasterNode>& masters = found_.map.masters();
    const auto count = static_cast<uint16_t>(masters.size());
    for (uint16_t number = 0; number < count; ++number) {
      if (!masters[number].in_use()) continue;
      auto check = std::make_unique<MasterCheck>(options_, masters[number].endpoint,
                                                 channels_of(number), check_.findings);
      if (check->connect(production_)) {
        masters_.push_back({number, std::move(check)});
      } else {
        all = false;
      }
    }
    if (options_.url.kind == Kind::kSingle && !masters_.empty()) {
      check_.description = masters_.front().check->probe().describe();
    }
    return all;
  }

  // Names of which all are in slots of the master.
  RedisChannels channels_of(uint16_t number) const {
    RedisChannels channels = make_channels(options_);
    const auto slot = found_.map.any_slot_of(number);
    if (options_.url.kind != Kind::kCluster || !slot) return channels;
    channels.set_tag(tag_of_slot(*slot));
    do {
      channels.check_user = "check-" + random_uuid();
    } while (found_.map.owner_of(key_slot(channels.check_user)) != number);
    return channels;
  }

  void describe() {
    const bool cluster = options_.url.kind == Kind::kCluster;
    std::set<uint16_t> open_slots;
    std::vector<ClusterConfig> configs;
    for (const Master& master : masters_) {
      const MasterNode& node = found_.map.masters()[master.number];
      MasterCheck& check = *master.check;
      std::string line = cluster ? "shard " : "master " + options_.url.master + ' ';
      line += node.endpoint.address() + ": " + check.probe().describe();
      if (cluster) {
        line += ", " + std::to_string(found_.map.slots_of(master.number)) + " slots";
        configs.push_back({node.endpoint.address(), check.setting("cluster-require-full-coverage"),
                           check.setting("cluster-node-timeout")});
        add_open_slots(check, open_slots);
      }
      check_.masters.push_back(line + ", " + describe_replicas(node));
    }
    if (cluster) {
      check_.description = "a cluster of " + std::to_string(masters_.size()) + " shard" +
                           (masters_.size() == 1 ? "" : "s") + ", " + describe_configs(configs);
    } else {
      check_.description = std::to_string(found_.facts.sentinels_reachable) + " of " +
                           std::to_string(found_.facts.sentinels) + " sentinels reachable";
    }
    add(map_findings(found_, options_.replicas_min, open_slots));
    add(config_findings(configs));
  }

  // Only the masters of an open slot report it.
  static void add_open_slots(MasterCheck& check, std::set<uint16_t>& open_slots) {
    const auto nodes =
        read_cluster_nodes(check.text({"CLUSTER", "NODES"}).value_or(""), check.endpoint());
    if (!nodes) return;
    for (const ClusterNode& node : nodes.value()) {
      for (const OpenSlot& open : node.open_slots) open_slots.insert(open.slot);
    }
  }

  // The masters were contacted, and the state of the replicas is known.
  void check_seeds() {
    if (options_.url.kind != Kind::kCluster) return;
    for (const RedisEndpoint& seed : options_.url.seeds) {
      if (is_known(seed)) continue;
      RedisLinkOptions link = link_options(options_);
      link.endpoint = seed;
      const auto opened = RedisConversation::open(link);
      if (!opened) add(opened.error().message + " (named in REDIS_URL)", Level::kWarning);
    }
  }

  bool is_known(const RedisEndpoint& seed) const {
    const std::vector<MasterNode>& masters = found_.map.masters();
    return std::any_of(masters.begin(), masters.end(), [&seed](const MasterNode& master) {
      const auto& replicas = master.replicas;
      return master.endpoint == seed ||
             std::any_of(replicas.begin(), replicas.end(),
                         [&seed](const ReplicaNode& node) { return node.endpoint == seed; });
    });
  }

  bool try_rights() {
    bool permitted = true;
    for (const Master& master : masters_) permitted = master.check->try_rights() && permitted;
    return permitted;
  }

  RedisBusOptions options_;
  bool production_;
  RedisCheck& check_;
  RedisMap found_;
  std::vector<Master> masters_;
};

}  // namespace

bool RedisCheck::good() const {
  return std::none_of(findings.begin(), findings.end(),
                      [](const RedisFinding& finding) { return finding.level == Level::kError; });
}

RedisCheck check_redis(const RedisBusOptions& options, bool production) {
  RedisCheck check;
  Checker(options, production, check).run();
  return check;
}

}  // namespace hermod
