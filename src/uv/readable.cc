// Relies on two properties of libuv on Linux, true for all versions since 1.0: the loop waits with
// level-triggered epoll, and stores the descriptor in each epoll event.
#include "uv/readable.h"

#include <sys/epoll.h>
#include <uv.h>

#include <algorithm>
#include <array>
#include <cassert>

namespace hermod::uv {

size_t readable_now(uv_loop_t* loop, std::span<int> descriptors) {
  assert(!descriptors.empty());  // epoll_wait() rejects a size of 0
  std::array<epoll_event, 64> events;
  const int most = static_cast<int>(std::min(events.size(), descriptors.size()));
  const int ready = epoll_wait(uv_backend_fd(loop), events.data(), most, 0);
  size_t count = 0;
  for (int i = 0; i < ready; ++i) {
    const epoll_event& event = events[static_cast<size_t>(i)];
    if ((event.events & EPOLLIN) != 0) descriptors[count++] = event.data.fd;
  }
  return count;
}

uint64_t loop_time_ms(uv_loop_t* loop) {
  return uv_now(loop);
}

}  // namespace hermod::uv
