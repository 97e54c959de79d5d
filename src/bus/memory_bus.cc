#include "bus/memory_bus.h"

#include <cassert>
#include <utility>
#include <vector>

#include "base/text.h"

namespace hermod {
namespace {

constexpr int kWorkPerIteration = 512;  // requests, and publications, per loop iteration

}  // namespace

MemoryBus::MemoryBus(uv_loop_t* loop, const Clock& clock, Log& log, MemoryBusOptions options)
    : log_(log), history_(clock, options), work_(loop, [this] { work(); }) {}

MemoryBus::~MemoryBus() {
  assert(texts_ == nullptr || (closing_ && !on_closed_));
}

Result<void> MemoryBus::start(BusListener& texts, PublishListener& publications) {
  assert(texts_ == nullptr && !closing_);
  texts_ = &texts;
  publications_ = &publications;
  work_.ask();
  return {};
}

void MemoryBus::publish(const Publication& publication) {
  if (closing_) return;
  waiting_.push_back(publication);
  work_.ask();
}

void MemoryBus::subscribe(std::string_view user) {
  auto found = subscriptions_.find(user);
  if (found != subscriptions_.end()) return;
  subscriptions_.emplace(user, Subscription{++subscription_number_});
  asked_.push_back({Asked::Kind::kSubscribe, std::string(user), subscription_number_, {}, {}, {}});
  work_.ask();
}

void MemoryBus::unsubscribe(std::string_view user) {
  const auto found = subscriptions_.find(user);
  if (found != subscriptions_.end()) subscriptions_.erase(found);
}

void MemoryBus::replay(const ReplayRequest& request, ReplayDone done) {
  asked_.push_back(
      {Asked::Kind::kReplay, std::string(request.user), 0, {}, request, std::move(done)});
  work_.ask();
}

void MemoryBus::acknowledge(std::string_view user, StreamId stream_id) {
  if (!closing_ && stream_id) history_.acknowledge(user, stream_id);
}

void MemoryBus::publish_external(std::string_view user, std::string_view text) {
  asked_.push_back(
      {Asked::Kind::kPublishExternal, std::string(user), 0, std::string(text), {}, {}});
  work_.ask();
}

void MemoryBus::go_down(std::string_view reason) {
  if (down_) return;
  down_ = true;
  ++downs_;
  reason_ = reason;
  work_.ask();
}

void MemoryBus::come_up() {
  down_ = false;
  work_.ask();
}

void MemoryBus::lose_memory() {
  history_.clear();
  ++memory_losses_;
  memory_lost_ = true;
  work_.ask();
}

void MemoryBus::work() {
  if (closing_) return finish_close();
  if (texts_ == nullptr) return;
  report_state();
  for (int i = 0; i < kWorkPerIteration && !asked_.empty() && !closing_; ++i) {
    Asked asked = std::move(asked_.front());
    asked_.pop_front();
    answer(asked);
  }
  for (int i = 0; i < kWorkPerIteration && !waiting_.empty() && !down_ && !closing_; ++i) {
    const Publication publication = waiting_.front();
    waiting_.pop_front();
    route(publication);
  }
  if (!asked_.empty() || (!waiting_.empty() && !down_)) work_.ask();
}

// Reports the changes since the last call: first the loss of the data, then up or down, and after
// an outage every subscription again.
void MemoryBus::report_state() {
  if (std::exchange(memory_lost_, false)) {
    log_.warning("the in-memory bus discarded its data on request");
    texts_->on_memory_lost(OldStreamIds::kVoid);
  }
  if (reported_up_ == !down_) return;
  reported_up_ = !down_;
  if (down_) {
    for (auto& [user, subscription] : subscriptions_) subscription.confirmed = false;
    return texts_->on_bus_state(BusState::kDown, reason_);
  }
  reason_.clear();
  for (const auto& [user, subscription] : subscriptions_) {
    if (downs_ == 0) break;  // at the start, subscribe() has queued each of them
    asked_.push_back({Asked::Kind::kSubscribe, user, subscription.number, {}, {}, {}});
  }
  texts_->on_bus_state(BusState::kUp, {});
}

void MemoryBus::answer(Asked& asked) {
  asked.request.user = asked.user;
  switch (asked.kind) {
    case Asked::Kind::kSubscribe:
      if (!down_) confirm(asked.user, asked.number);
      return;
    case Asked::Kind::kReplay:
      if (down_) return asked.done(Error{ErrorCode::kServiceUnavailable, "the bus is unavailable"});
      return asked.done(history_.page(asked.request));
    case Asked::Kind::kPublishExternal:
      if (down_) return;
      if (!is_utf8(asked.text))
        ++external_dropped_;
      else
        deliver(asked.user, StreamId{}, asked.text, {});
      return;
  }
}

void MemoryBus::confirm(std::string_view user, uint64_t number) {
  const auto found = subscriptions_.find(user);
  if (found == subscriptions_.end() || found->second.number != number) return;
  if (std::exchange(found->second.confirmed, true)) return;
  texts_->on_subscribed(user);
}

void MemoryBus::route(const Publication& publication) {
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

void MemoryBus::deliver(std::string_view user, StreamId stream_id, std::string_view text,
                        std::string_view traceparent) {
  const auto found = subscriptions_.find(user);
  if (found == subscriptions_.end() || !found->second.confirmed) return;
  const auto trace = parse_traceparent(traceparent);
  texts_->on_text(user, stream_id, text, trace.value_or(TraceContext{}));
}

BusStatus MemoryBus::status() const {
  BusStatus status;
  status.up = reported_up_ && !down_ && !closing_;
  status.reason = reason_;
  status.url = "memory";
  status.publications_waiting = waiting_.size();
  status.subscriptions = subscriptions_.size();
  status.reconnects = downs_ - (down_ ? 1 : 0);
  status.memory_losses = memory_losses_;
  status.external_dropped = external_dropped_;
  return status;
}

void MemoryBus::finish_close() {
  if (!on_closed_) return;
  waiting_.clear();
  if (publications_ != nullptr) publications_->on_unanswered();
  std::exchange(on_closed_, nullptr)();
}

void MemoryBus::close(Closed closed) {
  if (closing_) return;
  closing_ = true;
  on_closed_ = std::move(closed);
  asked_.clear();
  work_.ask();
}

}  // namespace hermod
