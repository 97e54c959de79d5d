#include "core/session_outbox.h"

#include <cassert>
#include <string>

#include "core/delivery_report.h"
#include "core/hub_user.h"
#include "core/session_frames.h"
#include "core/session_host.h"
#include "frames/server_frames.h"

namespace hermod {
namespace {

constexpr Notice kTooLarge{"notifications_dropped", "outbox",
                           "these notifications exceed the size limit of the service", 1};
constexpr Notice kRefused{"notifications_dropped", "client",
                          "the client refused these notifications as too large", 1};

// In hermod.v1, frames of their own replace the notices.
std::string frame_of(const Notice& notice) {
  if (notice.type == "service_degraded") return std::string(kDegradedFrame);
  if (notice.type == "service_restored") return std::string(kRestoredFrame);
  assert(notice.type == "notifications_dropped");
  return dropped_frame(notice.count);
}

}  // namespace

SessionOutbox::SessionOutbox(SessionHost& host, Peer& peer)
    : host_(host), peer_(peer), outbox_(host.stats.outboxes) {}

SessionOutbox::~SessionOutbox() {
  assert(user_ == nullptr);
}

std::string_view SessionOutbox::user() const {
  assert(user_ != nullptr);
  return user_->name();
}

void SessionOutbox::push(Outbox::Item&& item) {
  assert(item.message);
  outbox_.push(std::move(item));
  peer_.wake();
}

void SessionOutbox::push_notice(const Notice& notice, StreamId stream_id) {
  push(notice_item(notice, stream_id));
}

void SessionOutbox::push_replayed(const ReplayPage::Entry& entry) {
  const auto trace = parse_traceparent(entry.traceparent).value_or(TraceContext{});
  SharedFrame::Ref frame =
      frames_ ? host_.build_notification({entry.stream_id, true, entry.seen}, entry.text, trace)
              : host_.build_frame(entry.text, trace);
  push({std::move(frame), entry.stream_id, OutboxKind::kReplayed});
}

Outbox::Item SessionOutbox::notice_item(const Notice& notice, StreamId stream_id) const {
  if (!frames_) return host_.notice_item(notice, user(), stream_id);
  return {SharedFrame::build(frame_of(notice)), stream_id, OutboxKind::kNotice};
}

bool SessionOutbox::is_welcomed() const {
  return frames_->welcome().sent();
}

bool SessionOutbox::append_welcome(Instant now, std::string& out) {
  return frames_->append_welcome(now, out);
}

const Notice* SessionOutbox::replacement_for(StreamId stream_id, std::string_view payload) {
  if (payload.size() > host_.options.outbox.bytes_max) {
    report_too_large(payload.size());
    return &kTooLarge;
  }
  return one_by_one_ && host_.refusals.skips(refusing_device(), stream_id) ? &kRefused : nullptr;
}

bool SessionOutbox::may_refuse(StreamId position) const {
  return host_.refusals.concerns(refusing_device(), position, host_.clock.steady_ms());
}

void SessionOutbox::report_too_large(size_t bytes) {
  ++host_.stats.messages_failed["too_large"];
  host_.log.write_limited("payload_too_large", LogLevel::kWarning,
                          "replaced a message payload larger than OUTBOX_BYTES_MAX by a notice",
                          {{"user", user()}, {"bytes", bytes}});
}

void SessionOutbox::replace_unsendable(Outbox::Item& item) {
  if (item.kind == OutboxKind::kNotice) return;
  const Notice* const notice = replacement_for(item.stream_id, item.message->text());
  if (notice != nullptr) item = notice_item(*notice, item.stream_id);
}

bool SessionOutbox::push_bounded(Outbox::Item&& item) {
  replace_unsendable(item);
  const OutboxLimits& limits = host_.options.outbox;
  const size_t size = item.message->frame().size();
  while (!outbox_.fits(size, limits)) {
    const size_t waiting_bytes = outbox_.bytes();
    peer_.flush_now();
    if (outbox_.bytes() < waiting_bytes) continue;
    if (limits.policy == SlowPolicy::kClose) {
      const Error slow{ErrorCode::kRateLimit, std::string(kSlowClient)};
      if (item.message->trace() != nullptr) {
        trace_delivery(host_.tracer, {item, user(), trace()}, &slow);
      }
      ++host_.stats.limits_struck["outbox"];
      return false;
    }
    if (!outbox_.drop_one(host_.now().wall_ms, limits)) break;
    count_dropped();
  }
  push(std::move(item));
  return true;
}

void SessionOutbox::count_dropped() {
  ++dropped_;
  ++host_.stats.messages_dropped;
}

uint64_t SessionOutbox::drop_half() {
  const auto held = [this] { return OutboxLoad{outbox_.messages(), outbox_.bytes()}.held_bytes(); };
  const uint64_t before = held();
  const int64_t now_ms = host_.now().wall_ms;
  while (held() > before / 2 && outbox_.drop_one(now_ms, host_.options.outbox)) count_dropped();
  assert(held() <= before);
  return before - held();
}

void SessionOutbox::announce_dropped() {
  if (dropped_ == 0) return;
  const uint64_t count = std::exchange(dropped_, 0);
  outbox_.push_front(notice_item({"notifications_dropped", "outbox",
                                  "the connection was too slow for these notifications", count},
                                 StreamId{}));
}

}  // namespace hermod
