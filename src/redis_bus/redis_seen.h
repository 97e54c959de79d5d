#pragma once
// Stores which notifications the users of a shard have seen (protocol section 2, viewed). Requests
// wait while commands cannot be sent; those of one connection that wait are merged. RedisShard owns
// it.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/stream_id.h"
#include "base/user_predicate.h"
#include "bus/bus.h"
#include "redis_schema/redis_channels.h"
#include "redis_schema/redis_context.h"

namespace hermod {

class RedisSeen final : ReplyHandler {
 public:
  struct Seen {
    std::string user;
    std::vector<StreamId> ids;
    StreamId up_to;
    StreamId sent;
    uint64_t connection = 0;
  };

  // `process`: the id of this process. `life_s`: the lifetime of the set in Redis, in s.
  RedisSeen(const RedisContext& redis, const RedisChannels& channels, std::string process,
            uint64_t life_s);

  void mark(const SeenRequest& request);
  void adopt(Seen seen);  // what release() of another shard has returned

  void resume();  // commands may be sent
  void pause() { open_ = false; }

  // Removes and returns what Redis may not have of the users for which `leaves` returns true.
  std::vector<Seen> release(const UserPredicate& leaves);

  void stop();  // drops what waits

 private:
  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override;

  bool merge(const SeenRequest& request);
  void flush();
  void send(const Seen& seen);

  RedisContext redis_;
  const RedisChannels& channels_;
  std::string process_;
  uint64_t life_s_;
  bool open_ = false;
  std::deque<Seen> waiting_;
  std::deque<Seen> flight_;
};

}  // namespace hermod
