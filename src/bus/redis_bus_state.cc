// Whether the bus is up, judged from what its parts say, and who is told.
#include "bus/redis_bus.h"
#include "bus/reply.h"

namespace hermod {
namespace {

constexpr int64_t kReplicaMs = 2000;  // how long one is waited for to become the master again

}  // namespace

// Where the command link is silent the other one is not trusted either: Redis may have moved.
void RedisBus::look_after_timeouts() {
  const auto limit_ms = static_cast<int64_t>(options_.socket_timeout_ms);
  const bool commands_silent = commands_.silent_ms() > limit_ms;
  const bool subscriber_silent =
      commands_silent || subscriber_.silent_ms() > limit_ms || canary_.unheard_ms() > limit_ms;
  const std::string reason = "no answer within " + std::to_string(limit_ms) + " ms";
  if (commands_silent) commands_.fail(reason);
  if (subscriber_silent && subscriber_.up()) subscriber_.fail(reason);
}

// Redis' words where it is a replica: as a record was refused, or the data check's own write, which
// is tried each second.
std::string RedisBus::replica_reason() const {
  for (const std::string* words : {&publisher_.stalled(), &sentinel_.refusal()}) {
    if (is_error_of(*words, "READONLY") || is_error_of(*words, "MASTERDOWN")) return *words;
  }
  return {};
}

// After a failover the old master goes on as a replica, and no link to it breaks. The command link
// alone is dialled anew, which costs nobody a replay while there is no master to be found.
void RedisBus::look_for_master() {
  const std::string reason = replica_reason();
  if (reason.empty() || !commands_ready_) {
    replica_since_ms_ = 0;
    return;
  }
  const int64_t now_ms = clock_.steady_ms();
  if (replica_since_ms_ == 0) replica_since_ms_ = now_ms;
  if (now_ms - replica_since_ms_ < kReplicaMs) return;
  replica_since_ms_ = 0;
  master_sought_ = true;
  commands_.fail(reason);
}

void RedisBus::follow_master() {
  if (!publisher_.stalled().empty() || !replica_reason().empty()) return;
  if (!std::exchange(master_sought_, false)) return;
  if (subscriber_.up()) subscriber_.fail("Redis has a master again, perhaps another");
}

std::string RedisBus::down_reason() const {
  if (!commands_reason_.empty()) return commands_reason_;
  if (!subscriber_reason_.empty()) return subscriber_reason_;
  if (canary_.deaf()) return "Redis does not answer";
  if (!publisher_.stalled().empty()) return publisher_.stalled();
  const std::string replica = replica_reason();
  return replica.empty() ? replayer_.stalled() : replica;
}

void RedisBus::update() {
  if (closing_) return;
  std::string reason = down_reason();
  if (reason == reason_) return;
  const bool was_up = reason_.empty();
  reason_ = std::move(reason);
  const std::string url = options_.url.shown();
  if (reason_.empty()) {
    log_.info("Redis is there", {{"url", url}});
    return texts_->on_bus_state(BusState::kUp, {});
  }
  log_.warning("Redis is away", {{"url", url}, {"reason", reason_}});
  if (was_up) texts_->on_bus_state(BusState::kDown, reason_);
}

BusStatus RedisBus::status() const {
  BusStatus status;
  status.up = reason_.empty() && !closing_;
  status.reason = reason_;
  if (status.up && !publisher_.unpublished().empty()) {
    status.reason = "texts are kept but not published: " + publisher_.unpublished();
  }
  status.url = options_.url.shown();
  status.publications_waiting = publisher_.waiting();
  status.publications_in_flight = publisher_.in_flight();
  status.subscriptions = subscriber_.users();
  status.reconnects = ups_ > 2 ? ups_ - 2 : 0;
  status.memory_losses = memory_losses_;
  status.foreign_dropped = subscriber_.dropped() + replayer_.dropped();
  status.round_trip_us = canary_.round_trip_us();
  status.canary_age_ms = canary_.age_ms();
  return status;
}

}  // namespace hermod
