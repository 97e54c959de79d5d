#include "observe/stderr_sink.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace hermod {

bool StderrSink::writable() {
  pollfd entry{fd_, POLLOUT, 0};
  int ready = 0;
  do {
    ready = ::poll(&entry, 1, 0);
  } while (ready < 0 && errno == EINTR);
  if (ready == 1 && (entry.revents & POLLOUT) != 0) return true;
  ++lost_;
  return false;
}

void StderrSink::sink_it_(const spdlog::details::log_msg& message) {
  spdlog::memory_buf_t line;
  formatter_->format(message, line);
  ssize_t written = 0;
  do {
    written = ::write(fd_, line.data(), line.size());
  } while (written < 0 && errno == EINTR);
  if (written < 0) ++lost_;
}

}  // namespace hermod
