// Decides from the state of the components whether the bus is up, and whether the old stream ids
// are valid.
#include <utility>

#include "redis/reply.h"
#include "redis_bus/redis_bus.h"

namespace hermod {
namespace {

constexpr int64_t kReplicaMs = 2000;  // how long Redis may be a replica before a reconnect

}  // namespace

// If the command link is silent, the other link is not trusted either: Redis may have moved.
void RedisBus::look_after_timeouts() {
  const auto limit_ms = static_cast<int64_t>(options_.socket_timeout_ms);
  const bool commands_silent = commands_.silent_ms() > limit_ms;
  const bool subscriber_silent =
      commands_silent || subscriber_.silent_ms() > limit_ms || canary_.outstanding_ms() > limit_ms;
  const std::string reason = "no answer within " + std::to_string(limit_ms) + " ms";
  if (commands_silent) commands_.fail(reason);
  if (subscriber_silent && subscriber_.up()) subscriber_.fail(reason);
}

void RedisBus::on_server_checked() {
  if (closing_) return;
  if (!server_check_.unfit().empty()) return commands_.fail(server_check_.unfit());
  if (!server_check_.warning().empty()) {
    log_.write_limited("redis_eviction", LogLevel::kWarning, server_check_.warning(),
                       {{"url", options_.url.shown()}});
  }
  update();
}

// Redis' error message if it is a replica: for a rejected record, or for the write of the data
// check, which runs every second.
std::string RedisBus::replica_reason() const {
  for (const std::string* words : {&publisher_.stalled(), &data_check_.refusal()}) {
    if (is_error_of(*words, "READONLY") || is_error_of(*words, "MASTERDOWN")) return *words;
  }
  return {};
}

// After a failover, the old master continues as a replica, and no link to it fails. Only the
// command link reconnects, so that no session has to replay while there is no master.
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
  if (subscriber_.up()) subscriber_.fail("the master of Redis may have changed");
}

// On an open link (FLUSHALL), the loss is noticed up to a second late. Messages that arrived since
// then have stream ids of the same clock, which are above the old ones. This is also true if only
// the command link failed since then, as long as the new one leads to the same Redis, which the
// canary proves. If the subscription link fails before the proof, nothing is known about the new
// ids.
OldStreamIds RedisBus::old_stream_ids() {
  if (data_known_) return OldStreamIds::kBelow;
  same_redis_unproven_ = subscriber_.restored() && !master_sought_;
  return same_redis_unproven_ ? OldStreamIds::kBelow : OldStreamIds::kVoid;
}

void RedisBus::on_canary_received(std::string_view text) {
  if (canary_.on_received(text)) same_redis_unproven_ = false;
}

void RedisBus::void_stream_ids() {
  ack_cursors_.clear();
  texts_->on_memory_lost(OldStreamIds::kVoid);
}

void RedisBus::on_memory_lost(OldStreamIds stream_ids) {
  ++memory_losses_;
  log_.error("Redis lost its data: message histories start again",
             {{"url", options_.url.shown()},
              {"error_detail.error_code", to_string(ErrorCode::kExternalService)},
              {"error_detail.operation", "bus.restore"}});
  if (stream_ids == OldStreamIds::kVoid) return void_stream_ids();
  texts_->on_memory_lost(stream_ids);
}

std::string RedisBus::down_reason() const {
  if (!commands_reason_.empty()) return commands_reason_;
  if (!subscriber_reason_.empty()) return subscriber_reason_;
  if (canary_.timed_out()) return "Redis does not answer";
  if (!publisher_.stalled().empty()) return publisher_.stalled();
  const std::string replica = replica_reason();
  if (!replica.empty()) return replica;
  return server_check_.refusal().empty() ? replayer_.stalled() : server_check_.refusal();
}

void RedisBus::update() {
  if (closing_) return;
  std::string reason = down_reason();
  if (reason == reason_) return;
  const bool was_up = reason_.empty();
  reason_ = std::move(reason);
  const std::string url = options_.url.shown();
  if (reason_.empty()) {
    log_.info("Redis is available", {{"url", url}});
    return texts_->on_bus_state(BusState::kUp, {});
  }
  log_.warning("Redis is unavailable", {{"url", url}, {"reason", reason_}});
  if (was_up) texts_->on_bus_state(BusState::kDown, reason_);
}

BusStatus RedisBus::status() const {
  BusStatus status;
  status.up = reason_.empty() && !closing_;
  status.reason = reason_;
  if (status.up && !publisher_.unpublished().empty()) {
    status.reason = "messages are stored but not published: " + publisher_.unpublished();
  }
  if (status.up && status.reason.empty() && !server_check_.publish_refusal().empty()) {
    status.reason = "messages cannot be published: " + server_check_.publish_refusal();
  }
  status.warning = server_check_.warning();
  status.url = options_.url.shown();
  status.publications_waiting = publisher_.waiting();
  status.publications_in_flight = publisher_.in_flight();
  status.subscriptions = subscriber_.users();
  status.reconnects = ups_ > 2 ? ups_ - 2 : 0;
  status.memory_losses = memory_losses_;
  status.external_dropped = subscriber_.dropped() + replayer_.dropped();
  status.round_trip_us = canary_.round_trip_us();
  status.canary_age_ms = canary_.age_ms();
  return status;
}

}  // namespace hermod
