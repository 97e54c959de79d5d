#include "redis/redis_socket.h"

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
    : loop_(loop), readable_(std::move(readable)), read_again_(loop, [this] { readable_(); }) {}

bool RedisSocket::open(int fd, std::unique_ptr<RedisTransport> transport) {
  assert(!is_open());
  assert(fd >= 0);
  assert(transport != nullptr);
  assert(out_.empty());
  fd_ = fd;
  transport_ = std::move(transport);
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
  read_again_.cancel();
  transport_.reset();
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  out_.clear();
  sent_ = 0;
}

void RedisSocket::send() {
  if (!is_open() || bytes_unsent() == 0) return;
  const Transfer sent = transport_->write(out_.data() + sent_, bytes_unsent());
  sent_ += sent.bytes;
  assert(sent_ <= out_.size());
  if (bytes_unsent() == 0) drop_sent();
  // receive() handles a broken connection, because it also learns the reason.
  if (sent.state == Transfer::State::kFailed) read_again_.ask();
  watch();
}

void RedisSocket::drop_sent() {
  const size_t held = std::exchange(sent_, 0);
  const size_t kept_bytes_max = held < out_.capacity() / 16 ? kKeptBytesMin : kKeptBytesMax;
  if (out_.capacity() > kept_bytes_max) std::string().swap(out_);
  out_.clear();
}

void RedisSocket::watch() {
  assert(is_open());
  const RedisTransport& transport = *transport_;
  const bool write = bytes_unsent() > 0 && !transport.write_waits_for_readable();
  const bool writable = write || transport.read_waits_for_writable();
  poll_->watch(writable ? uv::Ready::kReadable | uv::Ready::kWritable : uv::Ready::kReadable);
  if (transport.holds_bytes()) read_again_.ask();
}

void RedisSocket::on_ready(uv::Ready ready) {
  const bool read_too = transport_->read_waits_for_writable();
  if (has(ready, uv::Ready::kWritable) || transport_->write_waits_for_readable()) send();
  if (has(ready, uv::Ready::kReadable | uv::Ready::kError) || read_too) readable_();
}

}  // namespace hermod
