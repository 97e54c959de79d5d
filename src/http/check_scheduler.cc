#include "http/check_scheduler.h"

#include <cassert>

#include "http/connection.h"

namespace hermod {
namespace {

// A few milliseconds per loop iteration. If the share of time is used up, the next connections wait
// for kCheckPauseMs.
constexpr int kChecksPerIteration = 4;
constexpr uint64_t kCheckPauseMs = 2;

}  // namespace

CheckScheduler::CheckScheduler(uv_loop_t* loop, CheckQueue& queue, const Clock& clock)
    : queue_(queue),
      clock_(clock),
      immediate_(loop, [this] { check_some(); }),
      timer_(loop, [this] { check_some(); }) {}

void CheckScheduler::add(Connection& connection) {
  assert(connection.stage() == Stage::kCheck);
  queue_.add(connection.client(), connection);
  if (!timer_.active()) timer_.start(kCheckPauseMs);
}

void CheckScheduler::remove(Connection& connection) {
  queue_.remove(connection.client(), connection);
}

void CheckScheduler::check_some() {
  for (int checked = 0; checked < kChecksPerIteration && !queue_.empty() && has_share();
       ++checked) {
    queue_.take_next()->proceed();
  }
  if (queue_.empty()) return;
  if (has_share()) {
    immediate_.ask();
  } else {
    timer_.start(kCheckPauseMs);
  }
}

void CheckScheduler::stop() {
  assert(queue_.empty());
  immediate_.cancel();
  timer_.stop();
}

}  // namespace hermod
