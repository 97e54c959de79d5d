#pragma once
// The ids of revoked tokens in Redis, which all processes share. Owned by RedisFleetTransport,
// whose command link it uses.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/fleet_transport.h"
#include "hermod/log.h"
#include "redis/redis_commands.h"
#include "redis_fleet/fleet_replies.h"

namespace hermod {

class FleetRevocations {
 public:
  // Begins a command, whose reply the handler gets.
  using Command = std::function<RedisCommand(size_t arguments, FleetReplies::Handler handler)>;
  using Found = std::function<void(const std::vector<RevokedToken>&)>;

  // `key`: the sorted set. `found` gets what read() reads, in pieces.
  FleetRevocations(std::string key, Command command, Found found, Log& log);

  // As FleetTransport::revoke_token().
  void revoke(std::string_view id, uint32_t keep_s, FleetTransport::Revoked done);

  // Reads the set from its beginning.
  void read();
  // The same, if Redis refused the last reading.
  void retry() {
    if (failed_) read();
  }

 private:
  void scan(const std::string& cursor, uint64_t reading);
  void on_refused(const std::string& error);
  void on_piece(const redisReply& reply, uint64_t reading);

  std::string key_;
  Command command_;
  Found found_;
  Log& log_;
  bool failed_ = false;   // the last reading
  uint64_t reading_ = 0;  // the number of the last read(); an earlier one does not go on
};

}  // namespace hermod
