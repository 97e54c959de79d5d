#include "source/idle_source.h"

#include <cassert>
#include <utility>

namespace hermod {

IdleSource::IdleSource(uv_loop_t* loop, std::string brokers)
    : brokers_(std::move(brokers)), immediate_(loop, [this] { on_immediate(); }) {}

IdleSource::~IdleSource() {
  assert(state_ == State::kIdle || state_ == State::kClosed);
}

void IdleSource::enter(State next) {
  assert(next > state_);
  state_ = next;
}

Result<void> IdleSource::start(SourceListener& listener) {
  listener_ = &listener;
  enter(State::kStarting);
  immediate_.ask();
  return {};
}

// No record was handed out, so none can be settled.
void IdleSource::done(const Position&) {
  assert(false);
}
void IdleSource::dead_letter(const Position&, const DeadReason&, const RecordHold&) {
  assert(false);
}
void IdleSource::defer(const Position&) {
  assert(false);
}

SourceStatus IdleSource::status() const {
  SourceStatus status;
  status.up = state_ == State::kRunning;
  status.consumes = false;
  if (!status.up) status.reason = "not started, or closed";
  status.brokers = brokers_;
  return status;
}

void IdleSource::leave(uint64_t, Closed left) {
  if (state_ >= State::kLeft) return;
  left_ = std::move(left);
  enter(State::kLeft);
  immediate_.ask();
}

void IdleSource::close(Closed closed) {
  if (state_ == State::kClosed) return;
  closed_ = std::move(closed);
  enter(State::kClosed);
  immediate_.ask();
}

void IdleSource::on_immediate() {
  if (state_ == State::kStarting) {
    enter(State::kRunning);
    listener_->on_source_state(SourceListener::State::kUp, "");
    return;
  }
  if (const Closed left = std::exchange(left_, nullptr)) {
    if (closed_) immediate_.ask();
    // Must come last: close() may follow from inside it, and completes in a later loop iteration.
    return left();
  }
  if (const Closed closed = std::exchange(closed_, nullptr)) closed();
}

}  // namespace hermod
