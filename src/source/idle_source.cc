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
  immediate_.ask();
}

Result<void> IdleSource::start(SourceListener& listener) {
  listener_ = &listener;
  enter(State::kRunning);
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
  status.up = up_ && state_ == State::kRunning;
  status.consumes = false;
  if (!status.up) status.reason = "not started, or closed";
  status.brokers = brokers_;
  return status;
}

void IdleSource::leave(uint64_t, Closed left) {
  if (state_ >= State::kLeft) return;
  left_ = std::move(left);
  enter(State::kLeft);
}

void IdleSource::close(Closed closed) {
  if (state_ == State::kClosed) return;
  closed_ = std::move(closed);
  enter(State::kClosed);
}

void IdleSource::on_immediate() {
  if (state_ == State::kRunning) {
    up_ = true;
    listener_->on_source_state(SourceListener::State::kUp, "");
    return;
  }
  if (Closed left = std::exchange(left_, nullptr)) left();
  if (Closed closed = std::exchange(closed_, nullptr)) closed();
}

}  // namespace hermod
