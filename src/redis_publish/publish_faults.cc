#include "redis_publish/publish_faults.h"

#include <cassert>

#include "redis/redis_error.h"

namespace hermod {
namespace {

constexpr int64_t kProofMs = 1000;  // how long a success proves that Redis works

}  // namespace

PublishFaults::Verdict PublishFaults::judge(PublishLane& lane, const std::string& reason,
                                            bool stalled) {
  assert(!reason.empty());
  assert(!lane.held());  // a held lane has no open call
  switch (concern_of(reason)) {
    case Concern::kRecord:
      return Verdict::kRefuseCall;
    case Concern::kRedis:
      lane.trouble.reset();
      return Verdict::kStall;
    case Concern::kUser:
      hold(lane, reason);
      return Verdict::kHold;
    case Concern::kUnknown:
      break;
  }
  hold(lane, reason);
  if (!others_work(lane)) return Verdict::kHoldAndProbe;
  if (stalled || !is_hopeless(lane)) return Verdict::kHold;
  lane.trouble->held = false;
  return Verdict::kRefuseFirst;
}

void PublishFaults::hold(PublishLane& lane, const std::string& reason) {
  if (!lane.trouble) {
    lane.trouble = std::make_unique<LaneTrouble>();
    lane.trouble->since_ms = clock_.steady_ms();
  }
  lane.trouble->held = true;
  log_.write_limited("publish_user", LogLevel::kWarning,
                     "a user's records wait: Redis returns an error for this user",
                     {{"user", *lane.user},
                      {"error", reason},
                      {"error_detail.error_code", to_string(ErrorCode::kExternalService)},
                      {"error_detail.operation", "bus.publish"}});
}

// True if calls of other users, or of RedisScriptProbe, succeeded recently and after the lane began
// to fail.
bool PublishFaults::others_work(const PublishLane& lane) const {
  return succeeded_ms_ > lane.trouble->since_ms && clock_.steady_ms() - succeeded_ms_ < kProofMs;
}

bool PublishFaults::is_hopeless(const PublishLane& lane) const {
  return clock_.steady_ms() - lane.trouble->since_ms >= patience_ms_;
}

}  // namespace hermod
