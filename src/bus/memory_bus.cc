#include "bus/memory_bus.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace hermod {
namespace {

// Requests of the bus, and publications of all shards together, per loop iteration.
constexpr int kWorkPerIteration = 512;

}  // namespace

MemoryBus::MemoryBus(uv_loop_t* loop, const Clock& clock, Log& log, const MemoryBusOptions& options)
    : clock_(clock),
      log_(log),
      process_(options.process),
      presence_(options.presence ? options.presence : std::make_shared<MemoryPresence>()),
      events_({loop, clock, *presence_, process_, options.presence_grace_ms,
               [this](std::string_view user) { return shards_.at(shard_of(user)).faults.down(); }}),
      history_(clock, options),
      router_(history_, subscriptions_),
      shards_(options.shards),
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
  events_.start();
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
  shards_.at(shard_of(publication.user)).waiting.push_back(publication);
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

void MemoryBus::publish_external(std::string_view user, std::string_view text) {
  enqueue(
      {PendingRequest::Kind::kPublishExternal, std::string(user), 0, std::string(text), {}, {}});
}

void MemoryBus::go_down(ShardId shard, std::string_view reason) {
  shards_.at(shard).faults.go_down(reason);
  work_.ask();
}

void MemoryBus::come_up(ShardId shard) {
  shards_.at(shard).faults.come_up();
  work_.ask();
}

void MemoryBus::lose_memory(ShardId shard) {
  history_.clear(users_of(shard));
  presence_->clear(users_of(shard));
  lose_leases(shard);
  shards_.at(shard).faults.lose_memory();
  work_.ask();
}

void MemoryBus::go_down(std::string_view reason) {
  for (ShardId shard = 0; shard < shards_.count(); ++shard) go_down(shard, reason);
}

void MemoryBus::come_up() {
  for (ShardId shard = 0; shard < shards_.count(); ++shard) come_up(shard);
}

void MemoryBus::lose_memory() {
  for (ShardId shard = 0; shard < shards_.count(); ++shard) lose_memory(shard);
}

void MemoryBus::move_user(std::string_view user, ShardId to) {
  enqueue({PendingRequest::Kind::kMove, std::string(user), to, {}, {}, {}});
}

void MemoryBus::work() {
  if (state_ != State::kOpen) return maybe_finish_close();
  report_states();
  // A listener may close the bus at any time.
  for (int i = 0; i < kWorkPerIteration && !requests_.empty() && state_ == State::kOpen; ++i) {
    PendingRequest pending = std::move(requests_.front());
    requests_.pop_front();
    answer(pending);
  }
  for (ShardId shard = 0; shard < shards_.count(); ++shard) route(shards_.at(shard));
  if (!requests_.empty() || shards_.have_work()) work_.ask();
}

void MemoryBus::route(MemoryShard& shard) {
  const int most = std::max(1, kWorkPerIteration / static_cast<int>(shards_.count()));
  for (int i = 0; i < most && shard.has_work() && state_ == State::kOpen; ++i) {
    const Publication publication = shard.waiting.front();
    shard.waiting.pop_front();
    router_.route(publication);
  }
}

void MemoryBus::report_states() {
  for (ShardId shard = 0; shard < shards_.count() && state_ == State::kOpen; ++shard) {
    report_state(shard);
  }
}

// Reports the changes since the last call: first the loss of the data, then up or down, and after
// an outage every subscription again.
void MemoryBus::report_state(ShardId shard) {
  MemoryFaults& faults = shards_.at(shard).faults;
  if (faults.take_memory_loss()) {
    log_.warning("the in-memory bus discarded its data on request");
    texts_->on_memory_lost(shard, OldStreamIds::kVoid);
  }
  const auto state = faults.take_state();
  if (!state) return;
  if (*state == BusState::kDown) {
    subscriptions_.unconfirm(users_of(shard));
  } else if (faults.had_outage()) {  // at the start, subscribe() has queued each of them
    subscriptions_.for_each([this, shard](const std::string& user, uint64_t number) {
      if (shard_of(user) != shard) return;
      enqueue({PendingRequest::Kind::kSubscribe, user, number, {}, {}, {}});
    });
  }
  texts_->on_bus_state(shard, *state, faults.reason());
}

void MemoryBus::answer(PendingRequest& pending) {
  const bool down = shards_.at(shard_of(pending.user)).faults.down();
  pending.request.user = pending.lease.user = pending.revocation.user = pending.user;
  switch (pending.kind) {
    case PendingRequest::Kind::kSubscribe:
      if (!down && subscriptions_.confirm(pending.user, pending.number)) {
        texts_->on_subscribed(pending.user);
      }
      return;
    case PendingRequest::Kind::kReplay:
      if (down)
        return pending.done(Error{ErrorCode::kServiceUnavailable, "the bus is unavailable"});
      return pending.done(page(pending.request));
    case PendingRequest::Kind::kRevoke:
      if (down)
        return pending.revoked(Error{ErrorCode::kServiceUnavailable, "the bus is unavailable"});
      return pending.revoked(presence_->revoke(pending.revocation, clock_.wall_ms()));
    case PendingRequest::Kind::kPublishExternal:
      if (!down) router_.route_external(pending.user, pending.text);
      return;
    case PendingRequest::Kind::kMove:
      return move(pending.user, static_cast<ShardId>(pending.number));
    case PendingRequest::Kind::kLease:
      return answer_lease(pending.lease);
    case PendingRequest::Kind::kSeen:
      if (!down && subscriptions_.is_confirmed(pending.user)) {
        texts_->on_seen(pending.user, pending.seen, pending.number);
      }
      return;
    case PendingRequest::Kind::kLost:
      if (subscriptions_.wants(pending.user)) texts_->on_lease_lost(pending.user);
      return;
  }
}

// At a shard that is down, the subscription is confirmed when the shard is up again.
void MemoryBus::move(const std::string& user, ShardId to) {
  if (!shards_.move(user, to)) return;
  const uint64_t number = subscriptions_.renew(user);
  if (number == 0) return;
  texts_->on_user_moved(user);
  enqueue({PendingRequest::Kind::kSubscribe, user, number, {}, {}, {}});
}

BusStatus MemoryBus::status() const {
  BusStatus status;
  status.url = "memory";
  shards_.fill(status, state_ < State::kClosing);
  if (shards_.count() == 1) {
    status.shards.front().users = subscriptions_.size();
  } else {
    subscriptions_.for_each([this, &status](const std::string& user, uint64_t /*number*/) {
      ++status.shards[shard_of(user)].users;
    });
  }
  sum_up_shards(status);
  status.external_dropped = router_.external_dropped();
  status.devices_forgotten = history_.devices_forgotten();
  return status;
}

void MemoryBus::close(Closed closed) {
  if (state_ >= State::kClosing) return;
  enter(State::kClosing);
  closed_ = std::move(closed);
  requests_.clear();
  presence_->sweep(process_);
  events_.close();
  work_.ask();
}

void MemoryBus::maybe_finish_close() {
  if (state_ != State::kClosing) return;
  shards_.clear_waiting();
  if (publications_ != nullptr) publications_->on_unanswered();
  enter(State::kClosed);
  if (closed_) std::exchange(closed_, nullptr)();
}

}  // namespace hermod
