#pragma once
// The requests for pages without an answer: those that wait, those in flight, those that wait for
// their back-off, and those that fail in the next loop iteration. RedisReplayer owns it and does
// the I/O.

#include <cstddef>
#include <deque>
#include <functional>
#include <string_view>

#include "base/clock.h"
#include "base/user_predicate.h"
#include "redis_replay/replay_task.h"
#include "uv/delay_queue.h"

namespace hermod {

class ReplayQueue {
 public:
  // `released` is called when the back-off of a request is over and it waits again.
  ReplayQueue(uv_loop_t* loop, const Clock& clock, std::function<void()> released);

  void add(const ReplayRequest& request, Bus::ReplayDone done);
  void fail(Bus::ReplayDone done) { failed_.push_back(std::move(done)); }
  void fail_all();  // every request; replies to those in flight may still come
  // The same for the requests of the users for which `leaves` returns true.
  void fail_if(const UserPredicate& leaves);
  // The first page of this connection is no longer wanted: it is not sent any more, nor answered.
  void forget(std::string_view user, uint64_t connection);
  void answer_failed();  // calls `done` of the requests that failed
  void clear();          // no request is answered any more
  void forget_times();   // the next connection may lead to a Redis with another clock

  bool has_waiting() const { return !waiting_.empty(); }
  size_t in_flight() const { return flight_.size(); }

  // Moves the first request that waits to those in flight. Precondition: has_waiting(). The result
  // is valid until the next call.
  ReplayTask& send();
  // The oldest request in flight was answered; its `done` is empty if it has failed already.
  ReplayTask pop();
  void pop_lost();  // the link failed before the reply: the request waits again

  void retry(ReplayTask task) { waiting_.push_front(std::move(task)); }  // is sent next
  void hold(ReplayTask task);                                            // waits for its back-off

 private:
  std::deque<ReplayTask> waiting_;
  std::deque<ReplayTask> flight_;
  std::deque<Bus::ReplayDone> failed_;
  uv::DelayQueue<ReplayTask> held_;
};

}  // namespace hermod
