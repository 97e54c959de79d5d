#pragma once
// An owner of a file descriptor, and an epoll set. The programs of bench/ exit at the first error:
// must() prints it.

#include <sys/epoll.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace hermod::bench {

[[noreturn]] void die(const char* what);  // prints `what` and errno, exits with 1

// Returns the result of a system call; exits if it failed.
inline int must(int result, const char* what) {
  if (result < 0) die(what);
  return result;
}

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void reset();

 private:
  int fd_ = -1;
};

class Epoll {
 public:
  Epoll();

  // The events of `fd` carry `data`.
  void add(int fd, uint32_t events, uint64_t data);
  void change(int fd, uint32_t events, uint64_t data);

  // Stores up to `ready.size()` events and returns their number. A timeout of -1 waits without end.
  size_t wait(std::span<epoll_event> ready, int timeout_ms);

 private:
  void control(int operation, int fd, uint32_t events, uint64_t data);

  Fd fd_;
};

// A listening socket on 127.0.0.1. For port 0, any free port is used and stored in `port`.
Fd listen_on_loopback(uint16_t& port);

}  // namespace hermod::bench
