#include "redis/redis_run_id.h"

#include <utility>

#include "redis/redis_probe.h"
#include "redis/reply.h"

namespace hermod {

RedisRunId::RedisRunId(RedisCommands& commands, Known known)
    : commands_(commands), known_(std::move(known)) {}

void RedisRunId::ask() {
  commands_.command(*this, 2).add("INFO").add("server");
}

void RedisRunId::on_reply(const redisReply& reply) {
  RedisProbe probe;
  read_redis_info(reply_text(reply).value_or(""), probe);
  known_(probe.run_id);
}

}  // namespace hermod
