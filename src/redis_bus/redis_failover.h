#pragma once
// Finds the new master after a failover. The old master continues as a replica then: it refuses
// writes, but no link to it fails. The command link therefore reconnects every 2 s, which resolves
// the address again. Once it leads to a master, the subscription link reconnects, too; until then
// it stays, so that no session has to replay while there is no master.

#include <cstdint>
#include <string>

#include "redis_bus/redis_command_link.h"
#include "redis_subscribe/redis_subscriber.h"

namespace hermod {

class RedisFailover {
 public:
  RedisFailover(RedisCommandLink& commands, RedisSubscriber& subscriber)
      : commands_(commands), subscriber_(subscriber) {}

  // Redis' error message if it is a replica; empty: it is not. `stalled` is the error message for
  // publications, if there is one.
  std::string replica_reason(const std::string& stalled) const;

  void tick(const std::string& stalled);   // about once a second: reconnects the command link
  void check(const std::string& stalled);  // after each change: reconnects the subscription link

  // Both links lead to another server now.
  void on_moved() {
    seeking_ = false;
    replica_since_ms_ = 0;
  }

  // True from the reconnect of the command link until writes succeed: the subscription link may
  // lead to another Redis than the command link.
  bool seeking() const { return seeking_; }

 private:
  RedisCommandLink& commands_;
  RedisSubscriber& subscriber_;
  int64_t replica_since_ms_ = 0;  // 0: Redis is not known as a replica
  bool seeking_ = false;
};

}  // namespace hermod
