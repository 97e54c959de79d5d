#include "base/file.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "support/scratch_dir.h"

namespace hermod {
namespace {

using ::testing::HasSubstr;

class FileTest : public ::testing::Test {
 protected:
  static std::string refusal(const std::string& path, size_t bytes_max = kFileBytesMax) {
    const Result<std::string> read = read_file(path, bytes_max);
    return read ? "" : read.error().message;
  }

  test::ScratchDir dir_;
};

TEST_F(FileTest, ReadsARegularFileUpToItsBound) {
  const std::string text("a\0b\r\n", 5);
  EXPECT_EQ(read_file(dir_.write("some", text)).take(), text);
  EXPECT_EQ(read_file(dir_.write("empty", "")).take(), "");
  EXPECT_EQ(read_file(dir_.write("full", std::string(10, 'x')), 10).take(), std::string(10, 'x'));
  EXPECT_THAT(refusal(dir_.write("over", std::string(11, 'x')), 10),
              HasSubstr("cannot be read: it is larger than 10 bytes"));
  // A file of unknown size is limited, too.
  EXPECT_THAT(refusal("/proc/self/maps", 10), HasSubstr("larger than 10 bytes"));
  EXPECT_THAT(refusal(dir_.path() / "absent"), HasSubstr("cannot be read: No such file"));
}

// Opening or reading each of these like a file would block or never end.
TEST_F(FileTest, RefusesWhatIsNotARegularFileWithoutWaiting) {
  const std::string pipe = dir_.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(refusal(pipe), "cannot be read: it is a pipe and not a regular file");
  EXPECT_EQ(refusal(dir_.path()), "cannot be read: it is a directory and not a regular file");
  EXPECT_EQ(refusal("/dev/zero"), "cannot be read: it is a device and not a regular file");
  EXPECT_EQ(refusal("/dev/null"), "cannot be read: it is a device and not a regular file");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = dir_.path() / "socket";
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  const int socket_fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(bind(socket_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_THAT(refusal(path), HasSubstr("cannot be read: "));
  close(socket_fd);
}

}  // namespace
}  // namespace hermod
