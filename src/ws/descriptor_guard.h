#pragma once
// Keeps a descriptor's number out of everybody's hands while a library is going to close it once
// more than it may: in between, the number would belong to the next socket or file that anybody
// opens.

namespace hermod {

class DescriptorGuard {
 public:
  DescriptorGuard() = default;
  ~DescriptorGuard();
  DescriptorGuard(const DescriptorGuard&) = delete;
  DescriptorGuard& operator=(const DescriptorGuard&) = delete;

  // Occupies the number where it is free, with something that may be closed at any time.
  void occupy(int fd);

 private:
  int fd_ = -1;
  unsigned long inode_ = 0;  // of what occupies it, to tell whether it still does
};

}  // namespace hermod
