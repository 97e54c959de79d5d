#include <sys/socket.h>

#include <cassert>
#include <cerrno>
#include <cstring>

#include "redis_transport/redis_transport.h"

namespace hermod {
namespace {

class PlainTransport final : public RedisTransport {
 public:
  explicit PlainTransport(int fd) : fd_(fd) { assert(fd >= 0); }

  Transfer read(char* bytes, size_t size) override {
    const ssize_t count = ::recv(fd_, bytes, size, 0);
    if (count > 0) return {Transfer::State::kMoved, static_cast<size_t>(count)};
    if (count == 0) return {Transfer::State::kEnd};
    return stopped();
  }

  // The next read reports a broken connection, and learns the reason.
  Transfer write(const char* bytes, size_t size) override {
    const ssize_t count = ::send(fd_, bytes, size, MSG_NOSIGNAL);
    if (count > 0) return {Transfer::State::kMoved, static_cast<size_t>(count)};
    return stopped();
  }

  std::string failure() const override {
    return std::string("connection error: ") + std::strerror(error_);
  }

 private:
  Transfer stopped() {
    if (errno == EAGAIN || errno == EINTR) return {Transfer::State::kWait};
    error_ = errno;
    return {Transfer::State::kFailed};
  }

  int fd_;
  int error_ = 0;
};

}  // namespace

std::unique_ptr<RedisTransport> make_plain_transport(int fd) {
  return std::make_unique<PlainTransport>(fd);
}

}  // namespace hermod
