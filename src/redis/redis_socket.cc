#include "redis/redis_socket.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cassert>
#include <utility>

namespace hermod {
namespace {

// An empty buffer is freed if it is larger than kKeptBytesMax, or if it is larger than
// kKeptBytesMin and its last content filled less than a sixteenth of it: then a burst of commands
// is over.
constexpr size_t kKeptBytesMax = 262'144;
constexpr size_t kKeptBytesMin = 16'384;

}  // namespace

RedisSocket::RedisSocket(uv_loop_t* loop, std::function<void()> readable)
    : loop_(loop), readable_(std::move(readable)) {}

bool RedisSocket::open(int fd) {
  assert(!is_open());
  assert(fd >= 0);
  assert(out_.empty());
  fd_ = fd;
  poll_ = std::make_unique<uv::Poll>(loop_, fd, [this](uv::Ready ready) { on_ready(ready); });
  if (!poll_->usable()) {
    close();
    return false;
  }
  watch();
  return true;
}

void RedisSocket::close() {
  poll_.reset();
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  out_.clear();
  sent_ = 0;
}

void RedisSocket::send() {
  if (!is_open() || bytes_unsent() == 0) return;
  const ssize_t sent = ::send(fd_, out_.data() + sent_, bytes_unsent(), MSG_NOSIGNAL);
  // receive() handles a broken connection, because it also learns the reason.
  if (sent > 0) sent_ += static_cast<size_t>(sent);
  assert(sent_ <= out_.size());
  if (bytes_unsent() == 0) drop_sent();
  watch();
}

void RedisSocket::drop_sent() {
  const size_t held = std::exchange(sent_, 0);
  const size_t kept_bytes_max = held < out_.capacity() / 16 ? kKeptBytesMin : kKeptBytesMax;
  if (out_.capacity() > kept_bytes_max) std::string().swap(out_);
  out_.clear();
}

ssize_t RedisSocket::receive(char* bytes, size_t size) {
  assert(is_open());
  return ::recv(fd_, bytes, size, 0);
}

void RedisSocket::watch() {
  assert(is_open());
  poll_->watch(bytes_unsent() > 0 ? uv::Ready::kReadable | uv::Ready::kWritable
                                  : uv::Ready::kReadable);
}

void RedisSocket::on_ready(uv::Ready ready) {
  if (has(ready, uv::Ready::kWritable)) send();
  if (has(ready, uv::Ready::kReadable | uv::Ready::kError)) readable_();
}

}  // namespace hermod
