#include "redis_bus/redis_shard_state.h"

#include <cassert>
#include <utility>

namespace hermod {

void RedisShardState::enter(State next) {
  assert(next != State::kNew);
  assert(next != State::kUp || state_ == State::kDown);
  assert(next != State::kDown || state_ == State::kNew || state_ == State::kUp);
  assert(next != State::kClosing || !closing());
  assert(next != State::kClosed || state_ == State::kClosing);
  state_ = next;
}

void RedisShardState::start(BusListener& listener, bool appears) {
  assert(listener_ == nullptr);
  listener_ = &listener;
  enter(State::kDown);
  if (appears) listener.on_bus_state(shard_, BusState::kDown, reason_);
}

void RedisShardState::close() {
  enter(State::kClosing);
}

void RedisShardState::finish_close() {
  enter(State::kClosed);
}

void RedisShardState::report(std::string reason) {
  assert(state_ == State::kDown || state_ == State::kUp);
  assert(reason_.empty() == (state_ == State::kUp));
  if (reason == reason_) return;
  reason_ = std::move(reason);
  if (reason_.empty()) {
    enter(State::kUp);
    log_.info("Redis is available", {{"url", url_}});
    return listener_->on_bus_state(shard_, BusState::kUp, {});
  }
  log_.warning("Redis is unavailable", {{"url", url_}, {"reason", reason_}});
  if (state_ == State::kDown) return;
  enter(State::kDown);
  listener_->on_bus_state(shard_, BusState::kDown, reason_);
}

void RedisShardState::report_loss(OldStreamIds stream_ids) {
  assert(listener_ != nullptr && !closing());
  ++memory_losses_;
  log_.error("Redis lost its data: message histories start again",
             {{"url", url_},
              {"error_detail.error_code", to_string(ErrorCode::kExternalService)},
              {"error_detail.operation", "bus.restore"}});
  listener_->on_memory_lost(shard_, stream_ids);
}

void RedisShardState::void_stream_ids() {
  assert(memory_losses_ > 0);
  listener_->on_memory_lost(shard_, OldStreamIds::kVoid);
}

void RedisShardState::fill(ShardStatus& status) const {
  status.shard = shard_;
  status.up = state_ == State::kUp;
  status.reason = reason_;
}

}  // namespace hermod
