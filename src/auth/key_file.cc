#include "auth/key_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace hermod {
namespace {

constexpr size_t kKeyFileBytesMax = size_t{1024} * 1024;

// Where systemd shows a service its credentials.
constexpr std::string_view kCredentials = "/run/credentials/";

std::string sentence(const std::string& path, int error) {
  std::string text = std::strerror(error);
  if (error == ENOENT && path.starts_with(kCredentials)) {
    text += "; systemd puts it there from its credential store, and only while the service runs";
  }
  return text;
}

Error unreadable(std::string_view variable, const std::string& path, int error) {
  return {ErrorCode::kConfiguration, std::string(variable) + " names the file " + path +
                                         ", which cannot be read: " + sentence(path, error)};
}

// Reads until the end; an errno, or 0.
int read_all(int fd, std::string& text) {
  std::array<char, 4096> buffer{};
  while (text.size() <= kKeyFileBytesMax) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got == 0) return 0;
    if (got < 0 && errno != EINTR) return errno;
    if (got > 0) text.append(buffer.data(), static_cast<size_t>(got));
  }
  return EFBIG;
}

}  // namespace

Result<std::string> read_key_file(std::string_view variable, const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return unreadable(variable, path, errno);
  std::string text;
  const int error = read_all(fd, text);
  ::close(fd);
  if (error != 0) return unreadable(variable, path, error);
  return text;
}

std::string_view without_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

}  // namespace hermod
