#include "bus/memory_bus.h"

#include <cassert>
#include <utility>

namespace hermod {
namespace {

constexpr int kWorkPerIteration = 512;  // requests, and publications, per loop iteration

}  // namespace

MemoryBus::MemoryBus(uv_loop_t* loop, const Clock& clock, Log& log, MemoryBusOptions options)
    : log_(log),
      history_(clock, options),
      router_(history_, subscriptions_),
      work_(loop, [this] { work(); }) {}

MemoryBus::~MemoryBus() {
  assert(state_ == State::kNew || state_ == State::kClosed);
}

void MemoryBus::enter(State next) {
  assert(next != State::kOpen || state_ == State::kNew);
  assert(next != State::kClosing || state_ == State::kNew || state_ == State::kOpen);
  assert(next != State::kClosed || state_ == State::kClosing);
  state_ = next;
}

Result<void> MemoryBus::start(BusListener& texts, PublishListener& publications) {
  enter(State::kOpen);
  texts_ = &texts;
  publications_ = &publications;
  router_.start(texts, publications);
  work_.ask();
  return {};
}

void MemoryBus::enqueue(PendingRequest pending) {
  if (state_ >= State::kClosing) return;
  requests_.push_back(std::move(pending));
  work_.ask();
}

void MemoryBus::publish(const Publication& publication) {
  if (state_ >= State::kClosing) return;
  waiting_.push_back(publication);
  work_.ask();
}

void MemoryBus::subscribe(std::string_view user) {
  const uint64_t number = subscriptions_.add(user);
  if (number != 0)
    enqueue({PendingRequest::Kind::kSubscribe, std::string(user), number, {}, {}, {}});
}

void MemoryBus::unsubscribe(std::string_view user) {
  subscriptions_.remove(user);
}

void MemoryBus::replay(const ReplayRequest& request, ReplayDone done) {
  enqueue(
      {PendingRequest::Kind::kReplay, std::string(request.user), 0, {}, request, std::move(done)});
}

void MemoryBus::acknowledge(std::string_view user, StreamId stream_id) {
  if (state_ < State::kClosing && stream_id) history_.acknowledge(user, stream_id);
}

void MemoryBus::publish_external(std::string_view user, std::string_view text) {
  enqueue(
      {PendingRequest::Kind::kPublishExternal, std::string(user), 0, std::string(text), {}, {}});
}

void MemoryBus::go_down(std::string_view reason) {
  faults_.go_down(reason);
  work_.ask();
}

void MemoryBus::come_up() {
  faults_.come_up();
  work_.ask();
}

void MemoryBus::lose_memory() {
  history_.clear();
  faults_.lose_memory();
  work_.ask();
}

void MemoryBus::work() {
  if (state_ != State::kOpen) return maybe_finish_close();
  report_state();
  const auto open = [this] { return state_ == State::kOpen; };  // a listener may close the bus
  for (int i = 0; i < kWorkPerIteration && !requests_.empty() && open(); ++i) {
    PendingRequest pending = std::move(requests_.front());
    requests_.pop_front();
    answer(pending);
  }
  for (int i = 0; i < kWorkPerIteration && !waiting_.empty() && !faults_.down() && open(); ++i) {
    const Publication publication = waiting_.front();
    waiting_.pop_front();
    router_.route(publication);
  }
  if (!requests_.empty() || (!waiting_.empty() && !faults_.down())) work_.ask();
}

// Reports the changes since the last call: first the loss of the data, then up or down, and after
// an outage every subscription again.
void MemoryBus::report_state() {
  if (faults_.take_memory_loss()) {
    log_.warning("the in-memory bus discarded its data on request");
    texts_->on_memory_lost(OldStreamIds::kVoid);
  }
  const auto state = faults_.take_state();
  if (!state) return;
  if (*state == BusState::kDown) {
    subscriptions_.unconfirm_all();
  } else if (faults_.had_outage()) {  // at the start, subscribe() has queued each of them
    subscriptions_.for_each([this](const std::string& user, uint64_t number) {
      enqueue({PendingRequest::Kind::kSubscribe, user, number, {}, {}, {}});
    });
  }
  texts_->on_bus_state(*state, faults_.reason());
}

void MemoryBus::answer(PendingRequest& pending) {
  const bool down = faults_.down();
  pending.request.user = pending.user;
  switch (pending.kind) {
    case PendingRequest::Kind::kSubscribe:
      if (!down && subscriptions_.confirm(pending.user, pending.number)) {
        texts_->on_subscribed(pending.user);
      }
      return;
    case PendingRequest::Kind::kReplay:
      if (down)
        return pending.done(Error{ErrorCode::kServiceUnavailable, "the bus is unavailable"});
      return pending.done(history_.page(pending.request));
    case PendingRequest::Kind::kPublishExternal:
      if (!down) router_.route_external(pending.user, pending.text);
      return;
  }
}

BusStatus MemoryBus::status() const {
  BusStatus status;
  faults_.fill(status);
  status.up = status.up && state_ < State::kClosing;
  status.url = "memory";
  status.publications_waiting = waiting_.size();
  status.subscriptions = subscriptions_.size();
  status.external_dropped = router_.external_dropped();
  return status;
}

void MemoryBus::close(Closed closed) {
  if (state_ >= State::kClosing) return;
  enter(State::kClosing);
  closed_ = std::move(closed);
  requests_.clear();
  work_.ask();
}

void MemoryBus::maybe_finish_close() {
  if (state_ != State::kClosing) return;
  waiting_.clear();
  if (publications_ != nullptr) publications_->on_unanswered();
  enter(State::kClosed);
  if (closed_) std::exchange(closed_, nullptr)();
}

}  // namespace hermod
