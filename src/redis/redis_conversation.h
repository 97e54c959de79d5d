#pragma once
// A blocking connection to Redis, for use outside the loop (`hermod check`). Each error names the
// address, and none contains credentials.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "hermod/result.h"
#include "redis/redis_url.h"

struct redisContext;
struct redisReply;

namespace hermod {

class RedisConversation {
 public:
  using Words = std::vector<std::string>;
  struct FreeReply {
    void operator()(redisReply* reply) const;
  };
  using Reply = std::unique_ptr<redisReply, FreeReply>;  // read it with reply.h

  // Connects, authenticates and selects the database. `timeout_ms` limits each step.
  static Result<RedisConversation> open(const RedisUrl& url, uint64_t timeout_ms);

  // An error of Redis is a reply, too. The result is an error only if no reply was received.
  Result<Reply> ask(const Words& words);

 private:
  struct FreeContext {
    void operator()(redisContext* context) const;
  };

  RedisConversation(std::string address, redisContext* context);

  Result<void> greet(const RedisUrl& url);
  Result<void> demand(const Words& words, const std::string& refused);

  std::string address_;
  std::unique_ptr<redisContext, FreeContext> context_;
  bool answered_ = false;  // a reply was received, so the server speaks RESP
};

}  // namespace hermod
