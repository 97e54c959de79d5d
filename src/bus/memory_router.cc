#include "bus/memory_router.h"

#include <cassert>

#include "base/text.h"

namespace hermod {

void MemoryRouter::start(BusListener& texts, PublishListener& publications) {
  assert(texts_ == nullptr && publications_ == nullptr);
  texts_ = &texts;
  publications_ = &publications;
}

void MemoryRouter::route(const Publication& publication) {
  assert(publications_ != nullptr);
  const Ticket ticket = publication.ticket;
  if (!publications_->still_wanted(ticket)) {
    return publications_->on_published(ticket, PublishOutcome::kForgotten, {});
  }
  const auto stream_id = history_.append(publication.user, publication.event_id, publication.text,
                                         publication.traceparent);
  if (stream_id) {
    deliver(publication.user, *stream_id, publication.text, publication.traceparent);
  }
  publications_->on_published(ticket, stream_id ? PublishOutcome::kRouted : PublishOutcome::kRepeat,
                              {});
}

void MemoryRouter::route_external(std::string_view user, std::string_view text) {
  if (!is_utf8(text))
    ++external_dropped_;
  else
    deliver(user, StreamId{}, text, {});
}

void MemoryRouter::deliver(std::string_view user, StreamId stream_id, std::string_view text,
                           std::string_view traceparent) {
  assert(texts_ != nullptr);
  if (!subscriptions_.is_confirmed(user)) return;
  const auto trace = parse_traceparent(traceparent);
  texts_->on_text(user, stream_id, text, trace.value_or(TraceContext{}));
}

}  // namespace hermod
