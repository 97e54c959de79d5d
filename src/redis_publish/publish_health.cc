#include "redis_publish/publish_health.h"

#include <cassert>
#include <utility>

#include "redis/reply.h"

namespace hermod {

PublishHealth::PublishHealth(const RedisContext& redis, uint64_t patience_ms, Events events)
    : scripts_(redis.scripts),
      changed_(std::move(events.changed)),
      faults_(redis.clock(), redis.log, patience_ms),
      stall_(redis.loop, std::move(events.retry)),
      script_probe_(redis, RedisScripts::kPublish,
                    [this](const std::string& error) { on_probed(error); }) {}

void PublishHealth::succeeded() {
  assert(!stopped_);
  faults_.succeeded();
  if (stall_.end()) changed_();
}

// The call may have been the one that tests whether routing works again: another one does.
void PublishHealth::on_ignored() {
  assert(!stopped_);
  if (!stalled().empty()) stall(std::string(stalled()));
}

void PublishHealth::on_idle() {
  assert(!stopped_);
  if (stall_.end()) changed_();
}

PublishHealth::Verdict PublishHealth::judge(PublishLane& lane, const std::string& reason) {
  assert(!stopped_);
  const Verdict verdict = faults_.judge(lane, reason, !stalled().empty());
  if (verdict == Verdict::kHoldAndProbe) script_probe_.ask();
  return verdict;
}

bool PublishHealth::goes_on(Verdict verdict, const std::string& reason) {
  assert(verdict != Verdict::kRefuseCall);
  if (is_error_of(reason, "NOSCRIPT")) {
    scripts_.load_again();
    return false;
  }
  if (verdict == Verdict::kStall) {
    stall(reason);
    return false;
  }
  if (stalled().empty()) return true;
  stall(std::string(stalled()));  // another lane tries
  return false;
}

// The result of RedisScriptProbe, which ran the script because a lane fails.
void PublishHealth::on_probed(const std::string& error) {
  if (stopped_) return;
  if (error.empty()) return succeeded();
  if (is_error_of(error, "NOSCRIPT")) return scripts_.load_again();
  stall(error);
}

void PublishHealth::stall(const std::string& reason) {
  assert(!stopped_);
  if (stall_.begin(reason)) changed_();
}

void PublishHealth::stop() {
  stopped_ = true;
  stall_.stop();
}

}  // namespace hermod
