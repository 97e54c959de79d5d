#include "ws/descriptor_guard.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hermod {

void DescriptorGuard::occupy(int fd) {
  if (fd < 0 || fcntl(fd, F_GETFD) != -1) return;
  const int stopgap = memfd_create("hermod", MFD_CLOEXEC);  // has a unique inode
  if (stopgap < 0) return;
  if (stopgap != fd) {
    dup3(stopgap, fd, O_CLOEXEC);
    ::close(stopgap);
  }
  struct stat status {};
  if (fstat(fd, &status) != 0) return;
  fd_ = fd;
  inode_ = status.st_ino;
}

DescriptorGuard::~DescriptorGuard() {
  struct stat status {};
  if (fd_ >= 0 && fstat(fd_, &status) == 0 && status.st_ino == inode_) ::close(fd_);
}

}  // namespace hermod
