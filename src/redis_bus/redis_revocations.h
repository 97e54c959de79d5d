#pragma once
// Stores the revocations of the tokens of a shard's users (protocol section 2). The replay script
// reads them. RedisShard owns it.

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "bus/bus.h"
#include "redis_schema/redis_context.h"
#include "uv/immediate.h"

namespace hermod {

class RedisRevocations final : ReplyHandler {
 public:
  explicit RedisRevocations(const RedisContext& redis);

  // As Bus::revoke(). If the shard is down, or the link fails, the answer is an error: the caller
  // decides whether to ask again.
  void revoke(const RevokeRequest& request, Bus::RevokeDone done);

  // Whether the shard is up. A server that does not answer may still execute what is sent to it.
  void set_available(bool available) { available_ = available; }

  void stop();  // answers everything with an error

 private:
  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override;
  void answer(const Result<uint32_t>& result);
  void refuse_all();

  RedisContext redis_;
  bool available_ = false;
  bool stopped_ = false;
  std::deque<Bus::RevokeDone> in_flight_;
  std::vector<Bus::RevokeDone> refused_;  // to answer in the next loop iteration
  uv::Immediate refuse_;
};

}  // namespace hermod
