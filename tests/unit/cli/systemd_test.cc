#include "cli/systemd.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <map>

#include "support/scratch_dir.h"

namespace hermod::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

using Variables = std::map<std::string, std::string>;

Systemd::Environment environment(Variables variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

// The manager's side of the notification socket.
class Manager {
 public:
  // `name` is the value of NOTIFY_SOCKET.
  explicit Manager(std::string name) : fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    if (name.front() == '@') name.front() = '\0';
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    const size_t length = offsetof(sockaddr_un, sun_path) + name.size();
    EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&address), static_cast<socklen_t>(length)), 0);
  }
  ~Manager() { close(fd_); }

  std::string received() {
    std::array<char, 512> bytes{};
    const ssize_t got = recv(fd_, bytes.data(), bytes.size(), 0);
    return got < 0 ? std::string("(nothing)") : std::string(bytes.data(), static_cast<size_t>(got));
  }

 private:
  int fd_;
};

TEST(SystemdTest, NotifiesTheManagerOfItsState) {
  const test::ScratchDir dir;
  const std::string path = dir.path() / "notify";
  Manager manager(path);
  Systemd systemd(environment({{"NOTIFY_SOCKET", path}}));
  systemd.ready("serving");
  EXPECT_EQ(manager.received(), "READY=1\nSTATUS=serving");
  systemd.reloading();
  EXPECT_THAT(manager.received(), StartsWith("RELOADING=1\nMONOTONIC_USEC="));
  systemd.status("12 connections");
  EXPECT_EQ(manager.received(), "STATUS=12 connections");
  systemd.alive();
  EXPECT_EQ(manager.received(), "WATCHDOG=1");
  systemd.stopping("draining");
  EXPECT_EQ(manager.received(), "STOPPING=1\nSTATUS=draining");
}

TEST(SystemdTest, AnAbstractSocketWorksToo) {
  const std::string name = "@hermod-test-" + std::to_string(getpid());
  Manager manager(name);
  Systemd systemd(environment({{"NOTIFY_SOCKET", name}}));
  systemd.alive();
  EXPECT_EQ(manager.received(), "WATCHDOG=1");
}

TEST(SystemdTest, WithoutAManagerNothingHappens) {
  for (const std::string& where : {std::string(), std::string("relative"),
                                   std::string("/nobody/is/there"), "/" + std::string(200, 'x')}) {
    Systemd systemd(environment({{"NOTIFY_SOCKET", where}}));
    systemd.ready("serving");
    EXPECT_EQ(systemd.watchdog_ms(), 0U);
  }
  Systemd unset(environment({}));
  unset.ready("serving");
}

TEST(SystemdTest, TheWatchdogIsFedThreeTimesAsOftenAsItAsks) {
  const auto interval = [](const std::string& usec, const std::string& pid) {
    return Systemd(environment(
                       {{"NOTIFY_SOCKET", "@x"}, {"WATCHDOG_USEC", usec}, {"WATCHDOG_PID", pid}}))
        .watchdog_ms();
  };
  EXPECT_EQ(interval("30000000", std::to_string(getpid())), 10'000U);
  EXPECT_EQ(interval("30000000", "1"), 0U);
  EXPECT_EQ(interval("soon", std::to_string(getpid())), 0U);
  EXPECT_EQ(
      Systemd(environment({{"NOTIFY_SOCKET", "@x"}, {"WATCHDOG_USEC", "3000000"}})).watchdog_ms(),
      1000U);
}

TEST(SystemdTest, AcceptsOneSocketOfThisProcess) {
  const auto inherited = [](const std::string& count, const std::string& pid) {
    return inherited_socket(environment({{"LISTEN_FDS", count}, {"LISTEN_PID", pid}}));
  };
  const std::string own = std::to_string(getpid());
  EXPECT_EQ(inherited("1", own).value(), 3);
  EXPECT_EQ(inherited("0", own).value(), std::nullopt);
  EXPECT_EQ(inherited("1", "1").value(), std::nullopt);
  EXPECT_EQ(inherited("one", own).value(), std::nullopt);
  EXPECT_EQ(inherited_socket(environment({})).value(), std::nullopt);
  ASSERT_FALSE(inherited("2", own).ok());
  EXPECT_THAT(inherited("2", own).error().message, HasSubstr("accepts only one"));
}

}  // namespace
}  // namespace hermod::cli
