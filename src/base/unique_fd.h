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
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&&) = delete;

  int get() const { return fd_; }                   // negative: none
  int release() { return std::exchange(fd_, -1); }  // the caller owns the descriptor

 private:
  int fd_;
};

}  // namespace hermod
