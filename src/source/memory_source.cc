#include "source/memory_source.h"

#include <cassert>
#include <string>
#include <utility>

namespace hermod {

MemorySource::MemorySource(uv_loop_t* loop, MemoryTopics& topics, MemorySourceOptions options)
    : topics_(topics),
      immediate_(loop, [this] { on_immediate(); }),
      feed_(topics, options.records_per_iteration_max, [this] { immediate_.ask(); }),
      close_timer_(loop, [this] {
        out_of_time_ = true;
        maybe_finish_close();
      }) {}

MemorySource::~MemorySource() {
  assert(state_ == State::kIdle || state_ == State::kClosed);
}

void MemorySource::enter(State next) {
  switch (next) {
    case State::kIdle:
      assert(false);
      break;
    case State::kRunning:
      assert(state_ == State::kIdle);
      break;
    case State::kSettling:
      assert(state_ == State::kIdle || state_ == State::kRunning);
      break;
    case State::kLeft:
      assert(state_ == State::kSettling);
      break;
    case State::kClosed:
      assert(state_ == State::kLeft);
      break;
  }
  state_ = next;
}

Result<void> MemorySource::start(SourceListener& listener) {
  enter(State::kRunning);
  listener_ = &listener;
  feed_.begin(listener);
  return {};
}

void MemorySource::on_immediate() {
  if (state_ == State::kRunning) {
    // As with a broker, kUp is reported before the first record and not from inside start().
    if (!std::exchange(reported_up_, true)) {
      listener_->on_source_state(SourceListener::State::kUp, "");
    }
    feed_.reread_if_asked();
    feed_.drain();
  }
  maybe_finish_close();
}

void MemorySource::done(const Position& position) {
  feed_.settle(position);
  if (state_ == State::kSettling) immediate_.ask();
}

void MemorySource::dead_letter(const Position& position, const DeadReason& why,
                               const RecordHold& hold) {
  if (!feed_.settle(position)) return;
  const MemoryRecord& record = static_cast<const MemoryTopics::Entry*>(hold.memory())->record;
  topics_.add({position, record, std::string(why.reason), why.code});
  ++dead_letters_written_;
  if (state_ == State::kSettling) immediate_.ask();
}

void MemorySource::defer(const Position& position) {
  feed_.defer(position);
  if (state_ == State::kSettling) immediate_.ask();
}

void MemorySource::read_deferred() {
  feed_.ask_reread();
  if (state_ == State::kRunning) immediate_.ask();
}

void MemorySource::resume() {
  feed_.resume();
  if (state_ == State::kRunning) immediate_.ask();
}

SourceStatus MemorySource::status() const {
  SourceStatus status;
  status.up = state_ == State::kRunning;
  status.reason = status.up ? "" : "not started, or closed";
  status.brokers = "memory";
  status.open = feed_.open();
  status.partitions_deferred = feed_.partitions_deferred();
  status.lag = feed_.lag();
  status.partitions_assigned = status.lag.size();
  status.dead_letters_written = dead_letters_written_;
  return status;
}

void MemorySource::leave(uint64_t patience_ms, Closed left) {
  if (state_ >= State::kSettling) return;
  enter(State::kSettling);
  feed_.end();
  left_ = std::move(left);
  out_of_time_ = patience_ms == 0;
  if (!out_of_time_) close_timer_.start(patience_ms);
  immediate_.ask();
}

void MemorySource::close(Closed closed) {
  if (closed_ || state_ == State::kClosed) return;
  closed_ = std::move(closed);
  leave(0, nullptr);
  out_of_time_ = true;
  immediate_.ask();
}

void MemorySource::maybe_finish_close() {
  if (state_ == State::kSettling && (feed_.open() == 0 || out_of_time_)) {
    enter(State::kLeft);
    close_timer_.stop();
    feed_.forget_open();
    immediate_.ask();
    // Must come last: close() may follow from inside it, and completes in a later loop iteration.
    if (const Closed left = std::exchange(left_, nullptr)) left();
    return;
  }
  if (state_ != State::kLeft || !closed_ || !feed_.released()) return;
  enter(State::kClosed);
  immediate_.cancel();
  std::exchange(closed_, nullptr)();
}

}  // namespace hermod
