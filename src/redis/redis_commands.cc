#include "redis/redis_commands.h"

#include <cassert>
#include <utility>

namespace hermod {

void RedisCommands::stop() {
  link_.stop();
  expected_.clear();
}

RedisCommand RedisCommands::command(ReplyHandler& handler, size_t arguments) {
  assert(up());
  if (expected_.empty()) received_ms_ = clock_.steady_ms();
  expected_.push_back(&handler);
  return link_.command(arguments);
}

int64_t RedisCommands::silent_ms() const {
  return expected_.empty() ? 0 : clock_.steady_ms() - received_ms_;
}

void RedisCommands::on_link_reply(const redisReply& reply) {
  if (expected_.empty()) return link_.fail("Redis sent an unsolicited reply");
  ReplyHandler& handler = *expected_.front();
  expected_.pop_front();
  received_ms_ = clock_.steady_ms();
  handler.on_reply(reply);
}

void RedisCommands::on_link_down(std::string_view reason) {
  for (ReplyHandler* handler : std::exchange(expected_, {})) handler->on_reply_lost();
  listener_.on_commands_down(reason);
}

}  // namespace hermod
