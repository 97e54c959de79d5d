// What becomes of a call that Redis answers with an error:
//
// The step cannot work for anybody (OOM, READONLY, LOADING and their like): everything waits, and
// one lane at a time tries again after a back-off, a different one each time, until one works.
// It does not work for one user: that lane waits for a back-off of its own and then sends one
// record at a time. MOVED, ASK and TRYAGAIN pass, since the user's keys are only on their way to
// another server. With other errors the records are refused after a while, if others' calls work
// meanwhile. Where there were none, a witness tells (redis_witness.h): what fails for it too, all
// would get. It can never work for a record (WRONGTYPE, CROSSSLOT): that one is refused at once.
#include "bus/redis_error.h"
#include "bus/redis_publisher.h"
#include "bus/reply.h"

namespace hermod {
namespace {

constexpr int64_t kProofMs = 1000;  // how long a success shows that Redis works

}  // namespace

void RedisPublisher::succeeded() {
  succeeded_ms_ = commands_.clock().steady_ms();
  if (stalled_.empty()) return;
  stalled_.clear();
  backoff_.reset();
  retry_.stop();
  listener_->on_publisher_changed();
}

void RedisPublisher::works(PublishLane& lane) {
  lane.trouble.reset();
  settle(lane);
  if (publications_ == nullptr) return;
  succeeded();
  if (!ready_.empty()) flush_.ask();
}

// A call ended with an error, and the `records` at the lane's front were not done.
void RedisPublisher::fails(PublishLane& lane, const std::string& reason, size_t records) {
  const Concern concern = concern_of(reason);
  if (concern == Concern::kRecord) {
    for (; records > 0; --records) answer_front(lane, PublishOutcome::kRefused, reason);
    return works(lane);
  }
  if (publications_ == nullptr) return settle(lane);
  const bool every_user = concern == Concern::kRedis;
  if (!every_user) hold(lane, reason);
  if (concern == Concern::kUnknown && !others_work(lane)) witness_.ask();
  if (concern == Concern::kUnknown && is_hopeless(lane)) {
    lane.trouble->held = false;
    answer_front(lane, PublishOutcome::kRefused, reason);
  }
  if (every_user) lane.trouble.reset();
  settle(lane);
  if (publications_ == nullptr) return;
  if (is_error_of(reason, "NOSCRIPT")) return listener_->on_scripts_gone();
  if (every_user) return stall(reason);
  if (!stalled_.empty()) return stall(std::string(stalled_));  // nothing is proved: another tries
  if (!ready_.empty()) flush_.ask();
}

void RedisPublisher::hold(PublishLane& lane, const std::string& reason) {
  if (!lane.trouble) {
    lane.trouble = std::make_unique<LaneTrouble>();
    lane.trouble->since_ms = commands_.clock().steady_ms();
  }
  lane.trouble->held = true;
  log_.write_limited("publish_user", LogLevel::kWarning,
                     "a user's records wait: Redis answers them with an error of their own",
                     {{"user", *lane.user},
                      {"error", reason},
                      {"error_detail.error_code", to_string(ErrorCode::kExternalService)},
                      {"error_detail.operation", "bus.publish"}});
}

// The witness ran while a lane failed.
void RedisPublisher::on_witness(const std::string& error) {
  if (publications_ == nullptr) return;
  if (error.empty()) return succeeded();
  if (is_error_of(error, "NOSCRIPT")) return listener_->on_scripts_gone();
  stall(error);
}

// Others' calls, or the witness, succeeded since the lane fails, and of late.
bool RedisPublisher::others_work(const PublishLane& lane) const {
  return succeeded_ms_ > lane.trouble->since_ms &&
         commands_.clock().steady_ms() - succeeded_ms_ < kProofMs;
}

// It has failed for long, and it alone.
bool RedisPublisher::is_hopeless(const PublishLane& lane) const {
  if (!stalled_.empty() || !others_work(lane)) return false;
  const int64_t failing_ms = commands_.clock().steady_ms() - lane.trouble->since_ms;
  return failing_ms >= static_cast<int64_t>(options_.user_patience_ms);
}

void RedisPublisher::stall(const std::string& reason) {
  const bool changed = stalled_ != reason;
  stalled_ = reason;
  if (!retry_.active()) retry_.start(backoff_.next_ms());
  if (changed) listener_->on_publisher_changed();
}

}  // namespace hermod
