#pragma once
// The first commands on a connection: AUTH if there is a password, SELECT if there is a database, a
// name for CLIENT LIST, PING. The reply to PING shows that Redis serves this client. Owned by
// RedisLink.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hermod/result.h"
#include "redis/redis_endpoint.h"

struct redisReply;

namespace hermod {

class RedisGreeting {
 public:
  // Starts again, and appends the commands to `out`.
  void begin(const RedisCredentials& credentials, uint32_t database, std::string_view name,
             std::string& out);

  // The reply to the oldest command without one. Error: Redis refuses this client; the message
  // contains no secret. Precondition: !done().
  Result<void> on_reply(const redisReply& reply);
  bool done() const { return answered_ == commands_.size(); }

 private:
  enum class Command { kAuth, kSelect, kName, kPing };

  std::vector<Command> commands_;
  std::string setting_;  // of the credentials
  size_t answered_ = 0;
  uint32_t database_ = 0;
};

}  // namespace hermod
