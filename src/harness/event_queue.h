#pragma once
// Delivers the events and the answers of the harness in a later loop iteration, never inside a call
// of a component. Owned by the harness.

#include <functional>
#include <vector>

#include "base/closed.h"
#include "hermod/harness.h"
#include "uv/immediate.h"

namespace hermod {

class EventQueue {
 public:
  EventQueue(uv_loop_t* loop, Harness::Events on_events);

  void add(HarnessEvent event);
  void answer(std::function<void()> call);

  // `closed` is called once, after the remaining events and answers.
  void close(Closed closed);

 private:
  void flush();

  Harness::Events on_events_;
  std::vector<HarnessEvent> events_;
  std::vector<std::function<void()>> answers_;
  Closed closed_;
  uv::Immediate immediate_;
};

}  // namespace hermod
