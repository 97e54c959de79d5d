#include <uv.h>

#include <cassert>
#include <cstdio>
#include <system_error>

#include "uv/loop.h"

namespace hermod::uv {

OwnLoop::OwnLoop() : loop_(new uv_loop_t) {
  if (const int status = uv_loop_init(loop_); status != 0) {
    delete loop_;
    throw std::system_error(-status, std::generic_category(), "cannot create an event loop");
  }
}

OwnLoop::~OwnLoop() {
  if (!closed_) uv_run(loop_, UV_RUN_NOWAIT);  // finishes the handles that were just closed
  const int left = closed_ ? 0 : close();
  assert(left == 0);
  if (left == 0) delete loop_;
}

void OwnLoop::run() {
  assert(!closed_);
  uv_run(loop_, UV_RUN_DEFAULT);
}

bool OwnLoop::run_once() {
  assert(!closed_);
  return uv_run(loop_, UV_RUN_ONCE) != 0;
}

bool OwnLoop::poll() {
  assert(!closed_);
  return uv_run(loop_, UV_RUN_NOWAIT) != 0;
}

void OwnLoop::stop() {
  assert(!closed_);
  uv_stop(loop_);
}

int OwnLoop::close() {
  assert(!closed_);
  const int result = uv_loop_close(loop_);
  if (result != 0) uv_print_all_handles(loop_, stderr);
  closed_ = result == 0;
  return result;
}

bool has_handle_with_data(uv_loop_t* loop, const void* data) {
  struct Search {
    const void* data;
    bool found;
  } search{data, false};
  uv_walk(
      loop,
      [](uv_handle_t* handle, void* arg) {
        auto* wanted = static_cast<Search*>(arg);
        if (handle->data == wanted->data) wanted->found = true;
      },
      &search);
  return search.found;
}

void* data_of_poll(uv_loop_t* loop, int fd) {
  struct Search {
    int fd;
    void* data;
  } search{fd, nullptr};
  uv_walk(
      loop,
      [](uv_handle_t* handle, void* arg) {
        auto* wanted = static_cast<Search*>(arg);
        uv_os_fd_t polled = -1;
        if (handle->type != UV_POLL || uv_fileno(handle, &polled) != 0) return;
        if (polled == wanted->fd) wanted->data = handle->data;
      },
      &search);
  return search.data;
}

std::vector<int> polled_descriptors(uv_loop_t* loop) {
  std::vector<int> found;
  uv_walk(
      loop,
      [](uv_handle_t* handle, void* arg) {
        uv_os_fd_t fd = -1;
        if (handle->type != UV_POLL || uv_fileno(handle, &fd) != 0) return;
        static_cast<std::vector<int>*>(arg)->push_back(fd);
      },
      &found);
  return found;
}

}  // namespace hermod::uv
