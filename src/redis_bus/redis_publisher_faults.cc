// What happens when Redis answers a call with an error:
//
// - No call can work (OOM, READONLY, LOADING and similar errors): everything waits. After a
//   back-off, one lane tries again, a different one each time, until a call works.
// - The calls of one user do not work: the lane of the user waits for its own back-off and then
//   sends one record at a time. MOVED, ASK and TRYAGAIN are temporary, because the user's keys are
//   moving to another server. After other errors, the records are refused after some time if the
//   calls of other users work in the meantime. If there are no such calls, RedisScriptProbe runs
//   the script for a user that does not exist. If that fails, too, no call can work.
// - The call can never work for a record (WRONGTYPE, CROSSSLOT): the record is refused at once.
#include "redis/redis_error.h"
#include "redis/reply.h"
#include "redis_bus/redis_publisher.h"

namespace hermod {
namespace {

constexpr int64_t kProofMs = 1000;  // how long a success proves that Redis works

}  // namespace

void RedisPublisher::succeeded() {
  succeeded_ms_ = commands_.clock().steady_ms();
  if (stalled_.empty()) return;
  stalled_.clear();
  backoff_.reset();
  retry_.stop();
  changed_();
}

void RedisPublisher::works(PublishLane& lane) {
  lane.trouble.reset();
  settle(lane);
  if (publications_ == nullptr) return;
  succeeded();
  if (!ready_.empty()) flush_.ask();
}

// A call failed, and the first `records` records of the lane were not routed.
void RedisPublisher::fails(PublishLane& lane, const std::string& reason, size_t records) {
  const Concern concern = concern_of(reason);
  if (concern == Concern::kRecord) {
    for (; records > 0; --records) answer_front(lane, PublishOutcome::kRefused, reason);
    return works(lane);
  }
  if (publications_ == nullptr) return settle(lane);
  const bool every_user = concern == Concern::kRedis;
  if (!every_user) hold(lane, reason);
  if (concern == Concern::kUnknown && !others_work(lane)) script_probe_.ask();
  if (concern == Concern::kUnknown && is_hopeless(lane)) {
    lane.trouble->held = false;
    answer_front(lane, PublishOutcome::kRefused, reason);
  }
  if (every_user) lane.trouble.reset();
  settle(lane);
  if (publications_ == nullptr) return;
  if (is_error_of(reason, "NOSCRIPT")) return scripts_.load_again();
  if (every_user) return stall(reason);
  if (!stalled_.empty()) return stall(std::string(stalled_));  // proves nothing: another lane tries
  if (!ready_.empty()) flush_.ask();
}

void RedisPublisher::hold(PublishLane& lane, const std::string& reason) {
  if (!lane.trouble) {
    lane.trouble = std::make_unique<LaneTrouble>();
    lane.trouble->since_ms = commands_.clock().steady_ms();
  }
  lane.trouble->held = true;
  log_.write_limited("publish_user", LogLevel::kWarning,
                     "a user's records wait: Redis returns an error for this user",
                     {{"user", *lane.user},
                      {"error", reason},
                      {"error_detail.error_code", to_string(ErrorCode::kExternalService)},
                      {"error_detail.operation", "bus.publish"}});
}

// The result of RedisScriptProbe, which ran the script because a lane fails.
void RedisPublisher::on_probed(const std::string& error) {
  if (publications_ == nullptr) return;
  if (error.empty()) return succeeded();
  if (is_error_of(error, "NOSCRIPT")) return scripts_.load_again();
  stall(error);
}

// True if calls of other users, or of RedisScriptProbe, succeeded recently and after the lane began
// to fail.
bool RedisPublisher::others_work(const PublishLane& lane) const {
  return succeeded_ms_ > lane.trouble->since_ms &&
         commands_.clock().steady_ms() - succeeded_ms_ < kProofMs;
}

// True if the lane alone has failed for the maximum time.
bool RedisPublisher::is_hopeless(const PublishLane& lane) const {
  if (!stalled_.empty() || !others_work(lane)) return false;
  const int64_t failing_ms = commands_.clock().steady_ms() - lane.trouble->since_ms;
  return failing_ms >= static_cast<int64_t>(options_.user_patience_ms);
}

void RedisPublisher::stall(const std::string& reason) {
  const bool changed = stalled_ != reason;
  stalled_ = reason;
  if (!retry_.active()) retry_.start(backoff_.next_ms());
  if (changed) changed_();
}

}  // namespace hermod
