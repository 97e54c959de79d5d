#include "core/session_delivery.h"

#include <cassert>
#include <utility>

#include "core/delivery_report.h"
#include "core/hub_user.h"
#include "core/session_frames.h"
#include "core/session_host.h"

namespace hermod {

Outbox::Item SessionDelivery::write_next(Instant now, std::string& out) {
  assert(!stopped_);
  Outbox::Item item = outbox_.pop();
  out += item.message->frame();
  if (item.stream_id) ack_.on_written(item.stream_id);
  if (item.kind != OutboxKind::kNotice) count_delivery(host_.stats, item, now.wall_ms);
  if (item.message->trace() != nullptr) {
    trace_delivery(host_.tracer, {item, user(), trace()}, nullptr);
  }
  return item;
}

bool SessionDelivery::ping_wanted() const {
  return ack_.ping_wanted() && !stopped_ && host_.options.delivery_ping_ms > 0;
}

std::optional<int64_t> SessionDelivery::ping_due_ms() const {
  if (!ping_wanted()) return std::nullopt;
  return ack_.due_ms(host_.ping_pace_ms());
}

void SessionDelivery::ping(Instant now, std::string& out) {
  if (!ack_.outstanding() && !stopped_) append_ping(now, out);
}

std::optional<int64_t> SessionDelivery::output_due_ms() const {
  if (frames_ && !frames_->welcome().sent() && !stopped_) return frames_->welcome().due_ms();
  return ping_due_ms();
}

bool SessionDelivery::confirm_upto(StreamId stream_id) {
  if (user_ == nullptr || !stream_id) return false;
  assert(user_->session_count > 0);
  host_.confirm({.user = user(), .stream_id = stream_id, .cursor = cursor()});
  ack_.confirm(stream_id);
  return true;
}

void SessionDelivery::repeat_position() const {
  if (!has_position_ || !ack_.confirmed()) return;
  host_.bus.acknowledge({.user = user(), .stream_id = ack_.confirmed(), .cursor = cursor()});
}

StreamId SessionDelivery::unconfirmed() const {
  return user_ != nullptr && ack_.written() != ack_.confirmed() ? ack_.written() : StreamId{};
}

void SessionDelivery::expedite_ping() {
  if (ping_wanted()) peer_.wake();
}

void SessionDelivery::announce(Outbox::Item notice, bool degraded) {
  assert(!stopped_);
  assert(degraded_ != degraded);
  degraded_ = degraded;
  push(std::move(notice));
}

void SessionDelivery::stop() {
  stopped_ = true;
  outbox_.clear();
  dropped_ = 0;
}

}  // namespace hermod
