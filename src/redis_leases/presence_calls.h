#pragma once
// The calls of the script with presence events, for one shard: those that set a lease or remove it,
// which RedisLeases and LeaseSweep send, and looks and outcomes, which it queues. Reports what the
// replies announce. Without a listener, it does nothing. Owned by RedisLeases.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/user_predicate.h"
#include "bus/presence.h"
#include "redis_leases/lease_queue.h"
#include "redis_schema/redis_context.h"

namespace hermod {

struct PresenceOptions {
  uint64_t grace_ms = kPresenceGraceMs;
  PresenceListener* listener = nullptr;
  // Makes a call again after that time, at the shard of its user.
  std::function<void(PresenceCall, int64_t delay_ms)> later;
};

class PresenceCalls final : ReplyHandler {
 public:
  // `done` is called after each reply to a call of the queue.
  PresenceCalls(const RedisContext& redis, const std::string& process, std::function<void()> done)
      : redis_(redis), process_(process), done_(std::move(done)) {}

  void start(PresenceOptions options) { options_ = std::move(options); }
  bool on() const { return options_.listener != nullptr; }

  void push(PresenceCall call) { waiting_.push_back(std::move(call)); }
  bool has_waiting() const { return !waiting_.empty(); }
  bool empty() const { return waiting_.empty() && flight_.empty(); }
  void send();  // precondition: scripts can be called
  void close() { closing_ = true; }
  // Calls `later` for the waiting calls of the users for which `leaves` returns true.
  void release(const UserPredicate& leaves);

  // Precondition of the rest: on(). The reply to these goes to `handler`, which passes it to read()
  // unless it is an error.
  void send_lease(ReplyHandler& handler, const LeaseQueue::Entry& lease);
  // Empty: removes no lease, and announces again what this process has not.
  void send_sweep(ReplyHandler& handler, std::string_view key, std::string_view process);
  // Reports what the reply announces, and returns the part that replies to the lease. After
  // close(), an event counts as failed.
  const redisReply& read(const redisReply& reply);

 private:
  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override;

  RedisCommand begin(ReplyHandler& handler, size_t more);
  void send(const PresenceCall& call);
  PresenceCall pop();

  RedisContext redis_;
  const std::string& process_;
  std::function<void()> done_;
  PresenceOptions options_;
  bool closing_ = false;
  std::deque<PresenceCall> waiting_;
  std::deque<PresenceCall> flight_;  // in the order in which they were sent
};

}  // namespace hermod
