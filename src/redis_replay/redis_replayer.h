#pragma once
// Reads pages of the users' histories from Redis: some requests are in flight, the others wait
// (ReplayQueue). After a failure of the command link, the requests are sent again; after an error,
// ReplayHealth decides. When the subscriptions are lost, all requests fail, because the caller gets
// on_subscribed() and repeats them.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "bus/bus.h"
#include "redis_replay/redis_replayer_options.h"
#include "redis_replay/replay_call.h"
#include "redis_replay/replay_health.h"
#include "redis_replay/replay_queue.h"
#include "redis_schema/redis_context.h"
#include "redis_schema/replay_reply.h"
#include "uv/immediate.h"

namespace hermod {

class RedisReplayer final : ReplyHandler {
 public:
  using Changed = std::function<void()>;  // stalled() changed

  RedisReplayer(const RedisContext& redis, const RedisReplayerOptions& options, Changed changed);

  void replay(const ReplayRequest& request, Bus::ReplayDone done);
  // The connection ended, so its first page must not begin its position.
  void forget(std::string_view user, uint64_t connection) { queue_.forget(user, connection); }

  void resume();  // commands may be sent
  void pause();
  void subscribed() { subscribed_ = true; }
  void unsubscribed();  // the subscription link failed: see above
  // The users for which `leaves` returns true move to another shard: their requests fail, because
  // the caller gets on_subscribed() there and repeats them.
  void release(const UserPredicate& leaves);
  void stop();  // from now on, no request is answered

  // Redis' error message if it replies but no history can be read. Empty: it can be read, or no
  // request waits.
  const std::string& stalled() const { return health_.stalled(); }

  uint64_t dropped() const { return dropped_; }      // messages that are not UTF-8
  uint64_t forgotten() const { return forgotten_; }  // devices, for new ones of their users

 private:
  enum class State { kPaused, kOpen, kStopped };

  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override { queue_.pop_lost(); }

  void enter(State next);
  void flush();
  void on_time(ReplayTask task, const redisReply& reply);
  void on_page(const ReplayTask& task, ReplayReply answer);
  void fails(ReplayTask task, const std::string& reason);
  void give_up(const ReplayTask& task, const std::string& reason);

  RedisContext redis_;
  const RedisReplayerOptions options_;
  State state_ = State::kPaused;
  bool subscribed_ = false;
  uint64_t dropped_ = 0;
  uint64_t forgotten_ = 0;
  ReplayQueue queue_;
  ReplayCall call_;
  ReplayHealth health_;
  uv::Immediate flush_;
};

}  // namespace hermod
