#pragma once
// An open file descriptor and its end.

#include <unistd.h>

#include <utility>

namespace hermod {

class UniqueFd {
 public:
  explicit UniqueFd(int fd) : fd_(fd) {}
  ~UniqueFd() {
    if (fd_ >= 0) ::close(fd_);
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;

  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }  // whoever takes it closes it

 private:
  int fd_;
};

}  // namespace hermod
