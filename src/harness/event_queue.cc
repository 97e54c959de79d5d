#include "harness/event_queue.h"

#include <cassert>
#include <utility>

namespace hermod {

EventQueue::EventQueue(uv_loop_t* loop, Harness::Events on_events)
    : on_events_(std::move(on_events)), immediate_(loop, [this] { flush(); }) {}

void EventQueue::add(HarnessEvent event) {
  events_.push_back(std::move(event));
  immediate_.ask();
}

void EventQueue::answer(std::function<void()> call) {
  answers_.push_back(std::move(call));
  immediate_.ask();
}

void EventQueue::close(Closed closed) {
  assert(closed_ == nullptr);
  closed_ = std::move(closed);
  immediate_.ask();
}

// A callback may close the server and thereby delete this object, so no member is used after the
// first call.
void EventQueue::flush() {
  const auto events = std::exchange(events_, {});
  const auto answers = std::exchange(answers_, {});
  const Closed closed = std::exchange(closed_, nullptr);
  const Harness::Events on_events = on_events_;
  if (!events.empty()) on_events(events);
  for (const auto& answer : answers) answer();
  if (closed) closed();
}

}  // namespace hermod
