#pragma once
// The leases of a shard's users in Redis (protocol section 2): a hash for each user, {process:
// number of connections}. Writes are absolute numbers, sent at the end of the loop iteration, as
// the subscriptions are. RedisShard owns it.
//
// While the shard is unavailable, everything is granted, and is written when it is available again.
//
// With presence events, the same calls also say when a user came online or went offline.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/closed.h"
#include "bus/bus.h"
#include "redis/redis_error.h"
#include "redis_leases/ignored_replies.h"
#include "redis_leases/lease_queue.h"
#include "redis_leases/lease_rewrite.h"
#include "redis_leases/lease_sweep.h"
#include "redis_leases/presence_calls.h"
#include "redis_schema/redis_context.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

class RedisLeases final : ReplyHandler {
 public:
  // `process`: the id of this process; base/process_id.h.
  // `hold_s`: how long the positions of a dead process' connections stay, in s.
  RedisLeases(const RedisContext& redis, std::string process, uint64_t hold_s,
              LeaseRewrite::Visit visit_users);

  void start(BusListener& listener) { listener_ = &listener; }
  void set_liveness(const ProcessLiveness* liveness) {
    liveness_ = liveness;
    sweep_.set_liveness(liveness);
  }

  void report_presence(const PresenceOptions& options) { presence_.start(options); }
  void call_presence(PresenceCall call);

  LeaseAnswer lease(const LeaseRequest& request);

  void resume();  // commands may be sent
  void pause();
  void set_available(bool available);  // whether the shard is up

  // Calls BusListener::on_lease_lost() for all users. Taken: the process was suspended, and the
  // connections that were granted before do not count.
  enum class Loss { kMissing, kTaken };
  void rewrite(Loss loss);

  // Removes the leases of a dead process.
  void sweep(std::string_view process);

  // Removes and returns the leases that Redis may not have, of the users for which `leaves` returns
  // true. The shard to which the users move adopts them.
  std::vector<std::pair<std::string, LeaseQueue::Lease>> release(const UserPredicate& leaves) {
    presence_.release(leaves);
    return queue_.release(leaves);
  }
  void adopt(std::string_view user, const LeaseQueue::Lease& lease);

  // Writes what waits, for at most a second and only if commands may be sent.
  void close(Closed closed);

 private:
  enum class State { kPaused, kOpen, kClosing, kClosed };

  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override;

  void enter(State next);
  bool may_ask() const;
  bool may_send() const;
  bool all_written() const { return queue_.size() == 0 && presence_.empty(); }
  void flush();
  void send(const LeaseQueue::Entry& entry);
  bool remove_dead(const redisReply& reply, LeaseQueue::Entry& entry);
  void on_answer(LeaseQueue::Entry& entry, const redisReply& reply);
  void on_error(LeaseQueue::Entry* entry, const std::string& words);
  void grant(LeaseQueue::Entry& entry);
  void grant_all();
  void on_write_done();
  void on_timer();

  RedisContext redis_;
  const std::string process_;
  BusListener* listener_ = nullptr;
  const ProcessLiveness* liveness_ = nullptr;
  State state_ = State::kPaused;
  LeaseQueue queue_;
  bool available_ = false;
  bool refused_ = false;  // Redis rejects all writes (OOM): everything is granted; retry less often
  bool taken_ = false;    // rewrite(kTaken) is not complete: what was granted does not count
  std::vector<std::pair<std::string, uint32_t>> granted_;  // to report in the next iteration
  UserFaults faults_;
  IgnoredReplies ignored_;
  Closed closed_;
  PresenceCalls presence_;
  LeaseRewrite rewrite_;
  LeaseSweep sweep_;
  uv::Immediate flush_;
  uv::Timer timer_;  // until delayed leases are sent again; while closing: the end of the wait
};

}  // namespace hermod
