#pragma once
// Reserves the number of a closed descriptor that a library will close a second time. Without the
// guard, the second close could hit a socket or a file that another thread opened with that number
// in the meantime.

namespace hermod {

class DescriptorGuard {
 public:
  DescriptorGuard() = default;
  ~DescriptorGuard();
  DescriptorGuard(const DescriptorGuard&) = delete;
  DescriptorGuard& operator=(const DescriptorGuard&) = delete;

  // Reserves the number if it is free, with a descriptor that may be closed at any time.
  void occupy(int fd);

 private:
  int fd_ = -1;
  unsigned long inode_ = 0;  // of the reserving descriptor, to detect that it was closed
};

}  // namespace hermod
