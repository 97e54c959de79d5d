#include "core/session_outbox.h"

#include <cassert>
#include <string>

#include "core/delivery_report.h"
#include "core/hub_user.h"
#include "core/session_host.h"

namespace hermod {
namespace {

constexpr Notice kTooLarge{"notifications_dropped", "outbox",
                           "these notifications exceed the size limit of the service", 1};
constexpr Notice kRefused{"notifications_dropped", "client",
                          "the client refused these notifications as too large", 1};

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
  push(host_.notice_item(notice, user(), stream_id));
}

const Notice* SessionOutbox::replacement_for(StreamId stream_id, std::string_view payload) {
  if (payload.size() > host_.options.outbox.bytes_max) {
    report_too_large(payload.size());
    return &kTooLarge;
  }
  return one_by_one_ && host_.refusals.skips(user(), stream_id) ? &kRefused : nullptr;
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
  if (notice != nullptr) item = host_.notice_item(*notice, user(), item.stream_id);
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
  outbox_.push_front(
      host_.notice_item({"notifications_dropped", "outbox",
                         "the connection was too slow for these notifications", count},
                        user(), StreamId{}));
}

}  // namespace hermod
