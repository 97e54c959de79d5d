#pragma once
// A blocking connection to Redis, for `hermod check`: a RedisLink on a loop of its own, so that it
// connects, secures and greets exactly like the service. Each error names the address, and none
// contains credentials. Never call it on a loop.

#include <memory>
#include <string>
#include <vector>

#include "hermod/result.h"
#include "redis/owned_reply.h"
#include "redis/redis_link.h"

namespace hermod {

class RedisConversation {
 public:
  using Words = std::vector<std::string>;

  // Connects, authenticates and selects the database. The connect timeout of `options` also limits
  // the wait for each reply.
  static Result<RedisConversation> open(const RedisLinkOptions& options);

  RedisConversation(RedisConversation&&) noexcept;
  RedisConversation& operator=(RedisConversation&&) noexcept;
  ~RedisConversation();

  // An error of Redis is a reply, too. The result is an error only if no reply was received.
  Result<OwnedReply> ask(const Words& words);

 private:
  class Talk;

  explicit RedisConversation(std::unique_ptr<Talk> talk);

  std::unique_ptr<Talk> talk_;
};

}  // namespace hermod
