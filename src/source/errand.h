#pragma once
// Runs one call that may block on a thread of its own, and tells the loop when it is done: for
// librdkafka's endings, which join their threads.

#include <functional>
#include <memory>
#include <thread>

#include "base/closed.h"
#include "uv/wakeup.h"

namespace hermod {

class Errand {
 public:
  Errand() = default;
  ~Errand();  // not while it runs
  Errand(const Errand&) = delete;
  Errand& operator=(const Errand&) = delete;

  // One at a time. `done` comes on a later turn; this object may be destroyed in it.
  void run(uv_loop_t* loop, std::function<void()> work, Closed done);

 private:
  void on_done();

  std::unique_ptr<uv::Wakeup> wakeup_;
  std::thread thread_;
  Closed done_;
};

}  // namespace hermod
