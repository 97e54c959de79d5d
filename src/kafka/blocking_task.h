#pragma once
// Runs one blocking call on its own thread and notifies the loop when it returns. For destroying
// librdkafka clients, which joins their threads.

#include <functional>
#include <memory>
#include <thread>

#include "base/closed.h"
#include "uv/timer.h"
#include "uv/wakeup.h"

namespace hermod {

class BlockingTask {
 public:
  BlockingTask();
  ~BlockingTask();  // not while the call runs
  BlockingTask(const BlockingTask&) = delete;
  BlockingTask& operator=(const BlockingTask&) = delete;

  // Runs `work` on the thread; one call at a time. `done` is called in a later loop iteration, and
  // may destroy this object.
  void run(uv_loop_t* loop, std::function<void()> work, Closed done);

  // The same, but `done` is called after at most `patience_ms`. The work may then still be running,
  // detached, so it must not use anything that could be destroyed.
  void run_for(uint64_t patience_ms, uv_loop_t* loop, std::function<void()> work, Closed done);

 private:
  class Report;

  void look_for_end(uv_loop_t* loop);
  void on_done();
  void detach();
  void finish();

  std::unique_ptr<uv::Wakeup> wakeup_;
  std::unique_ptr<uv::Timer> close_timer_;
  std::unique_ptr<uv::Timer> look_;  // polls for the end if wakeup_ has no file descriptor
  std::shared_ptr<Report> report_;
  std::thread thread_;
  Closed done_;
};

}  // namespace hermod
