#pragma once
// A Redis master, its replicas, and the Redis Sentinels that watch them, on loopback. The test can
// kill, freeze, thaw and start again each of these servers. An operation blocks until its effect is
// visible, and throws if that takes too long.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "support/redis_server.h"

namespace hermod::test {

struct RedisSentinelsOptions {
  size_t replicas = 1;
  size_t sentinels = 3;
  uint32_t down_after_ms = 1000;
  std::string master_name = "mymaster";
  RedisServerOptions node = {};  // of the master and the replicas
  // Of the sentinels themselves. With node.tls, the sentinels speak TLS too, with that certificate.
  std::string sentinel_user = {}, sentinel_password = {};  // without spaces
};

class RedisSentinels {
 public:
  // Returns when each sentinel knows the replicas and the other sentinels.
  explicit RedisSentinels(RedisSentinelsOptions options = {});

  // redis+sentinel:// or rediss+sentinel:// with all sentinels. The credentials in it are those of
  // Redis.
  std::string url() const;

  RedisServer& master() {
    return *nodes_.at(master_);
  }  // the one of the last wait, at first node 0
  size_t size() const { return nodes_.size(); }
  RedisServer& node(size_t number) { return *nodes_.at(number); }  // began as master, replica, ...
  RedisServer& sentinel(size_t number) { return *sentinels_.at(number); }

  // Waits until all sentinels that respond name another master than master(), and that server
  // accepts the role. Returns it.
  RedisServer& wait_for_new_master();

  // Waits until all sentinels that respond see the master and know all replicas and all
  // sentinels.
  void wait_until_agreed();

 private:
  void spawn_sentinel();
  void set_periods(const std::vector<std::string>& periods);
  std::vector<RedisServer*> responsive_sentinels();
  std::string value_of(RedisServer& sentinel, const std::string& name);

  RedisSentinelsOptions options_;
  std::vector<std::unique_ptr<RedisServer>> nodes_;
  std::vector<std::unique_ptr<RedisServer>> sentinels_;
  size_t master_ = 0;
};

}  // namespace hermod::test
