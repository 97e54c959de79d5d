#include "redis_replay/replay_health.h"

#include <cassert>
#include <utility>

#include "redis/reply.h"

namespace hermod {
namespace {

constexpr uint64_t kRetryMs = 200;

}  // namespace

ReplayHealth::ReplayHealth(const RedisContext& redis, uint64_t patience_ms, Events events)
    : scripts_(redis.scripts),
      log_(redis.log),
      changed_(std::move(events.changed)),
      faults_(redis.clock(), patience_ms),
      script_probe_(redis, RedisScripts::kReplay,
                    [this](const std::string& error) { on_probed(error); }),
      retry_(redis.loop, std::move(events.retry)) {}

void ReplayHealth::succeeded() {
  assert(!stopped_);
  faults_.succeeded();
  set_stalled({});
}

ReplayHealth::Verdict ReplayHealth::judge(ReplayTask& task, const std::string& reason) {
  assert(!stopped_ && task.done);
  const Verdict verdict = faults_.judge(task, reason);
  if (verdict == Verdict::kHoldAndProbe) script_probe_.ask();
  return verdict;
}

// The result of RedisScriptProbe, which ran the script because a request fails.
void ReplayHealth::on_probed(const std::string& error) {
  if (stopped_) return;
  error.empty() ? succeeded() : stall(error);
}

void ReplayHealth::stall(const std::string& reason) {
  assert(!stopped_);
  if (is_error_of(reason, "NOSCRIPT")) return scripts_.load_again();
  log_.write_limited("replay", LogLevel::kWarning,
                     "Redis refuses to read message histories; retrying", {{"error", reason}});
  if (!retry_.active()) retry_.start(kRetryMs);
  set_stalled(reason);
}

void ReplayHealth::stop() {
  stopped_ = true;
  retry_.stop();
}

void ReplayHealth::set_stalled(std::string reason) {
  if (reason == stalled_) return;
  stalled_ = std::move(reason);
  changed_();
}

}  // namespace hermod
