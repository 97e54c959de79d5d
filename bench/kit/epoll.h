#pragma once
// A descriptor that closes itself, and an epoll set of them. Programs of bench/ end at the first
// thing that cannot be: must() says what and stops.

#include <sys/epoll.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace hermod::bench {

[[noreturn]] void die(const char* what);  // with errno's words, status 1

// `result` of a system call that has to work.
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

  // `data` comes back with the event.
  void add(int fd, uint32_t events, uint64_t data);
  void change(int fd, uint32_t events, uint64_t data);

  // What is ready, at most `ready.size()`; -1 waits without an end.
  size_t wait(std::span<epoll_event> ready, int timeout_ms);

 private:
  void control(int operation, int fd, uint32_t events, uint64_t data);

  Fd fd_;
};

// A listening socket on the loopback; port 0 takes any. The port it got comes back.
Fd listen_on_loopback(uint16_t& port);

}  // namespace hermod::bench
