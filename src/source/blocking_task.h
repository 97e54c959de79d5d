#pragma once
// Runs one call that may block on a thread of its own, and tells the loop when it is done: for
// librdkafka's endings, which join their threads.

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
  ~BlockingTask();  // not while it runs
  BlockingTask(const BlockingTask&) = delete;
  BlockingTask& operator=(const BlockingTask&) = delete;

  // One at a time. `done` comes on a later turn; this object may be destroyed in it.
  void run(uv_loop_t* loop, std::function<void()> work, Closed done);

  // The same, but `done` comes after `patience_ms` at the latest. The work then goes on without
  // anybody waiting for it, so it must use nothing that may go away.
  void run_for(uint64_t patience_ms, uv_loop_t* loop, std::function<void()> work, Closed done);

 private:
  class Report;

  void look_for_end(uv_loop_t* loop);
  void on_done();
  void give_up();
  void finish();

  std::unique_ptr<uv::Wakeup> wakeup_;
  std::unique_ptr<uv::Timer> patience_;
  std::unique_ptr<uv::Timer> look_;  // without a descriptor for wakeup_
  std::shared_ptr<Report> report_;
  std::thread thread_;
  Closed done_;
};

}  // namespace hermod
