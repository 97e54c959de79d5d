#include "uv/wakeup.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

namespace hermod::uv {

Wakeup::Wakeup(uv_loop_t* loop, std::function<void()> on_wakeup)
    : on_wakeup_(std::move(on_wakeup)),
      fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      poll_(loop, fd_, [this](Ready) { on_readable(); }) {
  poll_.watch(Ready::kReadable);
}

Wakeup::~Wakeup() {
  poll_.watch(Ready::kNone);
  if (fd_ >= 0) close(fd_);
}

void Wakeup::on_readable() {
  uint64_t times = 0;
  if (read(fd_, &times, sizeof times) == sizeof times) on_wakeup_();
}

}  // namespace hermod::uv
