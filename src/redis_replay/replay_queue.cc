#include "redis_replay/replay_queue.h"

#include <cassert>
#include <utility>

namespace hermod {

ReplayQueue::ReplayQueue(uv_loop_t* loop, const Clock& clock, std::function<void()> released)
    : held_(loop, clock, [this, released = std::move(released)](ReplayTask task) {
        task.since_ms.reset();
        waiting_.push_front(std::move(task));
        released();
      }) {}

void ReplayQueue::add(const ReplayRequest& request, Bus::ReplayDone done) {
  assert(done);
  ReplayTask task;
  task.user = request.user;
  task.after = request.after;
  task.device = request.cursor.device;
  task.connection = request.cursor.connection;
  task.with_seen = request.with_seen;
  task.entries_max = request.entries_max;
  task.bytes_max = request.bytes_max;
  task.reach = request.reach;
  task.connected_ms = request.connected_ms;
  task.done = std::move(done);
  waiting_.push_back(std::move(task));
}

void ReplayQueue::fail_all() {
  fail_if([](std::string_view) { return true; });
}

void ReplayQueue::fail_if(const UserPredicate& leaves) {
  for (ReplayTask& task : flight_) {
    if (task.done && leaves(task.user)) failed_.push_back(std::exchange(task.done, nullptr));
  }
  const auto fails = [&](ReplayTask& task) {
    if (!leaves(task.user)) return false;
    failed_.push_back(std::move(task.done));
    return true;
  };
  std::erase_if(waiting_, fails);
  auto held = held_.release_if([&leaves](const ReplayTask& task) { return leaves(task.user); });
  for (ReplayTask& task : held) failed_.push_back(std::move(task.done));
}

void ReplayQueue::forget(std::string_view user, uint64_t connection) {
  const auto ends = [&](const ReplayTask& task) {
    return task.connection == connection && task.user == user;
  };
  for (ReplayTask& task : flight_) {
    if (ends(task)) task.done = nullptr;
  }
  std::erase_if(waiting_, ends);
  held_.release_if(ends);
}

void ReplayQueue::answer_failed() {
  for (Bus::ReplayDone& done : std::exchange(failed_, {})) {
    done(Error{ErrorCode::kServiceUnavailable, "the subscription was lost"});
  }
}

// Replies to the requests in flight may still come and are ignored.
void ReplayQueue::clear() {
  waiting_.clear();
  failed_.clear();
  held_.release();
  for (ReplayTask& task : flight_) task.done = nullptr;
}

void ReplayQueue::forget_times() {
  for (ReplayTask& task : waiting_) task.since_ms.reset();
}

ReplayTask& ReplayQueue::send() {
  assert(has_waiting());
  assert(waiting_.front().done);
  flight_.push_back(std::move(waiting_.front()));
  waiting_.pop_front();
  return flight_.back();
}

ReplayTask ReplayQueue::pop() {
  assert(!flight_.empty());
  ReplayTask task = std::move(flight_.front());
  flight_.pop_front();
  return task;
}

void ReplayQueue::pop_lost() {
  ReplayTask task = pop();
  task.since_ms.reset();  // the next connection may lead to another clock
  task.failing_since_ms.reset();
  if (task.done) waiting_.push_back(std::move(task));
}

void ReplayQueue::hold(ReplayTask task) {
  assert(task.done);
  const uint64_t wait_ms = task.backoff.next_ms();
  held_.hold(std::move(task), wait_ms);
}

}  // namespace hermod
