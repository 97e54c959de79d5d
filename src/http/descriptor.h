#pragma once
// An open file descriptor and its end.

#include <unistd.h>

#include <utility>

namespace hermod {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }  // whoever takes it closes it

 private:
  int fd_;
};

}  // namespace hermod
