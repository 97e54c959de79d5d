#include "support/redis_sentinels.h"

#include <algorithm>
#include <stdexcept>

#include "support/redis_configuration.h"
#include "support/wait_for.h"

namespace hermod::test {
namespace {

// Sentinels find each other by messages that they publish every 2 s. They do so more often until
// they agree; afterwards they have the periods of a real installation again.
const std::vector<std::string> kQuickPeriods{"INFO-PERIOD", "100", "PUBLISH-PERIOD", "100"};
const std::vector<std::string> kUsualPeriods{"INFO-PERIOD", "10000", "PUBLISH-PERIOD", "2000"};

}  // namespace

RedisSentinels::RedisSentinels(RedisSentinelsOptions options) : options_(std::move(options)) {
  RedisServerOptions node = options_.node;
  nodes_.push_back(std::make_unique<RedisServer>(node));
  node.replica_of = master().port();
  for (size_t i = 0; i < options_.replicas; ++i) {
    nodes_.push_back(std::make_unique<RedisServer>(node));
  }
  for (size_t i = 1; i < size(); ++i) {
    wait_for("the replica is synchronized",
             [&] { return nodes_[i]->info("master_link_status") == "up"; });
  }
  for (size_t i = 0; i < options_.sentinels; ++i) spawn_sentinel();
  set_periods(kQuickPeriods);
  wait_until_agreed();
  set_periods(kUsualPeriods);
}

void RedisSentinels::spawn_sentinel() {
  const std::string& name = options_.master_name;
  const RedisServerOptions& access = options_.node;
  const std::string quorum = std::to_string(options_.sentinels / 2 + 1);
  RedisServerOptions sentinel;
  sentinel.mode = RedisServerOptions::Mode::kSentinel;
  sentinel.tls = access.tls;
  sentinel.user = options_.sentinel_user;
  sentinel.password = options_.sentinel_password;
  const auto add = [&sentinel](const std::string& line) { sentinel.configuration.push_back(line); };
  add("sentinel monitor " + name + " 127.0.0.1 " + std::to_string(master().port()) + " " + quorum);
  add("sentinel down-after-milliseconds " + name + " " + std::to_string(options_.down_after_ms));
  // If the sentinels elect no leader, they try again after twice this time.
  add("sentinel failover-timeout " + name + " 3000");
  if (!access.password.empty())
    add("sentinel auth-pass " + name + " " + redis_quoted(access.password));
  if (!access.user.empty()) add("sentinel auth-user " + name + " " + access.user);
  if (!sentinel.password.empty()) add("sentinel sentinel-pass " + redis_quoted(sentinel.password));
  if (!sentinel.user.empty()) add("sentinel sentinel-user " + sentinel.user);
  sentinels_.push_back(std::make_unique<RedisServer>(std::move(sentinel)));
}

void RedisSentinels::set_periods(const std::vector<std::string>& periods) {
  std::vector<std::string> words{"SENTINEL", "DEBUG"};
  words.insert(words.end(), periods.begin(), periods.end());
  for (const auto& one : sentinels_) {
    const std::string reply = one->command(words);
    if (reply != "OK") throw std::runtime_error("SENTINEL DEBUG: " + reply);
  }
}

std::string RedisSentinels::url() const {
  const RedisServerOptions& access = options_.node;
  std::string text = access.tls ? "rediss+sentinel://" : "redis+sentinel://";
  text += redis_credentials(access);
  for (const auto& one : sentinels_) {
    text +=
        (one == sentinels_.front() ? "127.0.0.1:" : ",127.0.0.1:") + std::to_string(one->port());
  }
  return text + "/" + options_.master_name;
}

std::vector<RedisServer*> RedisSentinels::responsive_sentinels() {
  std::vector<RedisServer*> found;
  for (const auto& one : sentinels_) {
    if (one->responsive()) found.push_back(one.get());
  }
  return found;
}

// SENTINEL MASTER is a list of names and values.
std::string RedisSentinels::value_of(RedisServer& sentinel, const std::string& name) {
  const auto words = sentinel.elements({"SENTINEL", "MASTER", options_.master_name});
  for (size_t i = 0; i + 1 < words.size(); i += 2) {
    if (words[i] == name) return words[i + 1];
  }
  return "";
}

void RedisSentinels::wait_until_agreed() {
  const auto agrees = [&](RedisServer* one) {
    return value_of(*one, "flags") == "master" &&
           value_of(*one, "num-slaves") == std::to_string(size() - 1) &&
           value_of(*one, "num-other-sentinels") == std::to_string(sentinels_.size() - 1) &&
           one->command({"SENTINEL", "CKQUORUM", options_.master_name}).starts_with("OK");
  };
  wait_for("the sentinels agree", [&] {
    const auto asked = responsive_sentinels();
    return std::all_of(asked.begin(), asked.end(), agrees);
  });
}

RedisServer& RedisSentinels::wait_for_new_master() {
  const auto names = [this](RedisServer* one, const RedisServer& server) {
    return value_of(*one, "port") == std::to_string(server.port());
  };
  wait_for(
      "the sentinels name a new master",
      [&] {
        const auto asked = responsive_sentinels();
        for (size_t i = 0; i < size(); ++i) {
          if (i == master_ || !nodes_[i]->responsive() || nodes_[i]->info("role") != "master")
            continue;
          const auto named = [&](RedisServer* one) { return names(one, *nodes_[i]); };
          if (!std::all_of(asked.begin(), asked.end(), named)) continue;
          master_ = i;
          return true;
        }
        return false;
      },
      std::chrono::seconds(30));
  return master();
}

}  // namespace hermod::test
