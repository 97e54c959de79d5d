#include "kafka/blocking_task.h"

#include <unistd.h>

#include <cassert>
#include <cstdint>
#include <mutex>
#include <utility>

namespace hermod {
namespace {

constexpr uint64_t kLookMs = 20;

}  // namespace

// Shared by the thread and the loop: the thread reports here that the work is done, as long as the
// loop waits for it.
class BlockingTask::Report {
 public:
  explicit Report(int descriptor) : descriptor_(descriptor) {}

  void done() {
    const std::lock_guard lock(mutex_);
    is_done_ = true;
    if (descriptor_ < 0) return;
    constexpr uint64_t kOne = 1;
    [[maybe_unused]] const auto written = write(descriptor_, &kOne, sizeof kOne);
    assert(written == sizeof kOne);
  }

  bool is_done() {
    const std::lock_guard lock(mutex_);
    return is_done_;
  }

  void forget() {
    const std::lock_guard lock(mutex_);
    descriptor_ = -1;
  }

 private:
  std::mutex mutex_;
  int descriptor_;
  bool is_done_ = false;
};

BlockingTask::BlockingTask() = default;

BlockingTask::~BlockingTask() {
  assert(!thread_.joinable());
}

void BlockingTask::run(uv_loop_t* loop, std::function<void()> work, Closed done) {
  assert(!thread_.joinable());
  done_ = std::move(done);
  wakeup_ = std::make_unique<uv::Wakeup>(loop, [this] { on_done(); });
  report_ = std::make_shared<Report>(wakeup_->descriptor());
  if (!wakeup_->usable()) look_for_end(loop);
  thread_ = std::thread([work = std::move(work), report = report_] {
    work();
    report->done();
  });
}

void BlockingTask::run_for(uint64_t patience_ms, uv_loop_t* loop, std::function<void()> work,
                           Closed done) {
  run(loop, std::move(work), std::move(done));
  close_timer_ = std::make_unique<uv::Timer>(loop, [this] { detach(); });
  close_timer_->start(patience_ms);
}

// Polls for the end if no file descriptor is available for the wake-up.
void BlockingTask::look_for_end(uv_loop_t* loop) {
  look_ = std::make_unique<uv::Timer>(loop, [this] {
    if (report_->is_done()) on_done();
  });
  look_->start(kLookMs, kLookMs);
}

void BlockingTask::on_done() {
  thread_.join();
  finish();
}

void BlockingTask::detach() {
  report_->forget();
  thread_.detach();
  finish();
}

void BlockingTask::finish() {
  report_.reset();
  wakeup_.reset();
  close_timer_.reset();
  look_.reset();
  std::exchange(done_, nullptr)();
}

}  // namespace hermod
