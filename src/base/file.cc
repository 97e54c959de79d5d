#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace hermod {
namespace {

Error unreadable(const std::string& why) {
  return {ErrorCode::kConfiguration, "cannot be read: " + why};
}

const char* kind_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return "it is a directory";
    case S_IFIFO:
      return "it is a pipe";
    case S_IFSOCK:
      return "it is a socket";
    default:
      return "it is a device";
  }
}

Result<void> check_kind(int descriptor, size_t bytes_max) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return unreadable(std::strerror(errno));
  if (!S_ISREG(status.st_mode)) {
    return unreadable(std::string(kind_of(status.st_mode)) + " and not a regular file");
  }
  if (status.st_size > 0 && static_cast<size_t>(status.st_size) > bytes_max) {
    return unreadable("it is larger than " + std::to_string(bytes_max) + " bytes");
  }
  return {};
}

}  // namespace

Result<std::string> read_file(const std::string& path, size_t bytes_max) {
  // O_NONBLOCK: otherwise opening a pipe blocks until it has a writer. O_NOCTTY: a terminal must
  // not become the controlling terminal of this process.
  const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  const int descriptor = ::open(path.c_str(), flags);
  if (descriptor < 0) return unreadable(std::strerror(errno));
  Result<std::string> text = read_file(descriptor, bytes_max);
  ::close(descriptor);
  return text;
}

Result<std::string> read_file(int descriptor, size_t bytes_max) {
  if (auto checked = check_kind(descriptor, bytes_max); !checked) return checked.error();
  std::string text;
  std::array<char, 4096> buffer{};
  // The size is not reliable: a file may grow while it is read, and files in /proc report size 0.
  while (text.size() <= bytes_max) {
    const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
    if (got == 0) return text;
    if (got < 0 && errno != EINTR) return unreadable(std::strerror(errno));
    if (got > 0) text.append(buffer.data(), static_cast<size_t>(got));
  }
  return unreadable("it is larger than " + std::to_string(bytes_max) + " bytes");
}

}  // namespace hermod
