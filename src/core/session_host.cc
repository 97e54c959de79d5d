#include "core/session_host.h"

#include <utility>

namespace hermod {

SessionHost::SessionHost(Bus& to_bus, const CoreContext& context, HubOptions from)
    : bus(to_bus),
      clock(context.clock),
      log(context.log),
      stats(context.stats),
      observers(context.observers),
      tracer(context.tracer),
      options(std::move(from)) {}

bool SessionHost::has_memory_for(size_t bytes) const {
  const uint64_t most = options.outboxes_bytes_max;
  return most == 0 || stats.outboxes.held_bytes() + held_bytes + bytes <= most;
}

Outbox::Item SessionHost::notice_item(const Notice& notice, std::string_view user,
                                      StreamId stream_id) const {
  const std::string text =
      build_notice(notice, user, options.format, options.topic, options.service, clock.wall_ms());
  return {SharedFrame::build(text), stream_id, OutboxKind::kNotice};
}

std::string SessionHost::broadcast_text(const Broadcast& broadcast, std::string_view user) const {
  return build_broadcast(broadcast, user, options.format, options.topic, options.service,
                         clock.wall_ms());
}

SharedFrame::Ref SessionHost::build_frame(std::string_view text, const TraceContext& trace) const {
  SharedFrame::Ref frame = SharedFrame::build(text);
  if (tracer != nullptr && trace) frame->set_trace({trace, tracer->now()});
  return frame;
}

SharedFrame::Ref SessionHost::build_notification(const NotificationFacts& facts,
                                                 std::string_view text,
                                                 const TraceContext& trace) const {
  const NotificationHead head(facts);
  SharedFrame::Ref frame = SharedFrame::build({head.text(), text, kNotificationEnd});
  if (tracer != nullptr && trace) frame->set_trace({trace, tracer->now()});
  return frame;
}

void SessionHost::confirm(const Acknowledgement& acknowledgement) {
  ++stats.deliveries_confirmed;
  bus.acknowledge(acknowledgement);
}

}  // namespace hermod
