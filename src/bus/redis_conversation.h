#pragma once
// A connection to Redis that blocks: for what happens once and outside the loop (hermod check).
// Each error carries the address, and none repeats credentials.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bus/redis_url.h"
#include "hermod/result.h"

struct redisContext;
struct redisReply;

namespace hermod {

class RedisConversation {
 public:
  using Words = std::vector<std::string>;
  struct FreeReply {
    void operator()(redisReply* reply) const;
  };
  using Reply = std::unique_ptr<redisReply, FreeReply>;  // what reply.h reads

  // Connects, authenticates and selects the database. `timeout_ms` bounds each step.
  static Result<RedisConversation> open(const RedisUrl& url, uint64_t timeout_ms);

  // Also an error is a reply. The result fails only where the connection broke, or no reply came.
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
  bool answered_ = false;  // whatever speaks there, it is a Redis
};

}  // namespace hermod
