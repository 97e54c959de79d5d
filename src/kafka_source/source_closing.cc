#include "kafka_source/source_closing.h"

#include <cassert>
#include <utility>

namespace hermod {
namespace {

using State = SourceLifecycle::State;

}  // namespace

SourceClosing::SourceClosing(uv_loop_t* loop, const Uses& uses, uint64_t leave_timeout_ms)
    : uses_(uses), leave_timeout_ms_(leave_timeout_ms), timer_(loop, [this] {
        out_of_time_ = true;
        maybe_finish_close();
      }) {}

void SourceClosing::leave(uint64_t patience_ms, Closed left) {
  if (uses_.lifecycle.leaving_begun()) return;
  left_ = std::move(left);
  uses_.lifecycle.enter(State::kSettling);
  uses_.session.stop_renewal();
  out_of_time_ = patience_ms == 0;
  uses_.dead_letters.limit_wait();
  if (!out_of_time_) timer_.start(patience_ms);
  uses_.immediate.ask();
}

void SourceClosing::close(Closed closed) {
  if (closed_ || uses_.lifecycle.state() >= State::kDestroying) return;
  closed_ = std::move(closed);
  leave(0, nullptr);
  if (uses_.lifecycle.is(State::kSettling)) out_of_time_ = true;
  uses_.immediate.ask();
}

// Does not wait for dead letters that cannot be written: their records are handed out again after
// the restart.
bool SourceClosing::settled() const {
  return uses_.partitions.assignment().unsettled() == 0 && uses_.dead_letters.settled();
}

void SourceClosing::maybe_finish_close() {
  if (uses_.lifecycle.is(State::kSettling) &&
      (!uses_.session.usable() || settled() || out_of_time_)) {
    begin_leaving();
  }
  if (uses_.lifecycle.is(State::kLeaving) && (uses_.session.left() || out_of_time_)) {
    return finish_leaving();
  }
  if (uses_.lifecycle.is(State::kLeft) && closed_ && uses_.feed.released()) begin_destroying();
  if (uses_.lifecycle.is(State::kDestroying) && clients_open_ == 0) {
    uses_.lifecycle.enter(State::kClosed);
    std::exchange(closed_, nullptr)();
  }
}

// Does not wait if no broker answers: librdkafka would wait for a coordinator until the session
// times out.
void SourceClosing::begin_leaving() {
  uses_.partitions.store();
  uses_.partitions.stop_storing();
  uses_.lifecycle.enter(State::kLeaving);
  if (!uses_.session.may_leave()) return;
  out_of_time_ = false;
  timer_.start(leave_timeout_ms_);
  uses_.session.leave();
}

void SourceClosing::finish_leaving() {
  uses_.lifecycle.enter(State::kLeft);
  timer_.stop();
  uses_.fetched.clear();
  uses_.partitions.assignment().clear();
  uses_.immediate.ask();
  if (const Closed left = std::exchange(left_, nullptr)) left();
}

void SourceClosing::begin_destroying() {
  assert(clients_open_ == 0);
  uses_.lifecycle.enter(State::kDestroying);
  uses_.immediate.cancel();
  const auto part_closed = [this] {
    assert(clients_open_ > 0);
    --clients_open_;
    maybe_finish_close();
  };
  if (uses_.session.close(part_closed)) ++clients_open_;
  if (uses_.dead_letters.close(part_closed)) ++clients_open_;
}

}  // namespace hermod
