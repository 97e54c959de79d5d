#pragma once
// Owns a file descriptor and closes it in the destructor.

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
  int release() { return std::exchange(fd_, -1); }  // the caller owns the descriptor

 private:
  int fd_;
};

}  // namespace hermod
