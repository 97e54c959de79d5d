#pragma once
// Passes each reply of a link on, in the order of the commands. Owned by RedisFleetTransport.

#include <cassert>
#include <deque>
#include <functional>
#include <utility>

#include "redis/redis_commands.h"

namespace hermod {

class FleetReplies final : public ReplyHandler {
 public:
  using Handler = std::function<void(const redisReply*)>;  // null: the reply is lost

  void expect(Handler handler) { handlers_.push_back(std::move(handler)); }
  void clear() { handlers_.clear(); }

  void on_reply(const redisReply& reply) override { give(&reply); }
  void on_reply_lost() override { give(nullptr); }

 private:
  void give(const redisReply* reply) {
    assert(!handlers_.empty());
    const Handler handler = std::move(handlers_.front());
    handlers_.pop_front();
    handler(reply);
  }

  std::deque<Handler> handlers_;
};

}  // namespace hermod
