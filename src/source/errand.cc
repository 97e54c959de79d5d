#include "source/errand.h"

#include <unistd.h>

#include <cassert>
#include <cstdint>
#include <utility>

namespace hermod {

Errand::~Errand() {
  assert(!thread_.joinable());
}

void Errand::run(uv_loop_t* loop, std::function<void()> work, Closed done) {
  assert(!thread_.joinable());
  done_ = std::move(done);
  wakeup_ = std::make_unique<uv::Wakeup>(loop, [this] { on_done(); });
  thread_ = std::thread([work = std::move(work), descriptor = wakeup_->descriptor()] {
    work();
    constexpr uint64_t kOne = 1;
    [[maybe_unused]] const auto written = write(descriptor, &kOne, sizeof kOne);
    assert(written == sizeof kOne);
  });
}

void Errand::on_done() {
  thread_.join();
  wakeup_.reset();
  std::exchange(done_, nullptr)();
}

}  // namespace hermod
