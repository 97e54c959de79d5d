#include "cli/systemd.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <ctime>

#include "base/parse.h"

namespace hermod::cli {
namespace {

constexpr int kFirstInherited = 3;  // SD_LISTEN_FDS_START

std::optional<uint64_t> number_in(const Systemd::Environment& environment, const char* name) {
  const auto text = environment(name);
  return text ? parse_number<uint64_t>(*text) : std::nullopt;
}

// Whether `pid` is this process. A child process inherits variables that are meant for its parent.
bool is_own_pid(std::optional<uint64_t> pid) {
  return pid == static_cast<uint64_t>(getpid());
}

std::string monotonic_us() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::to_string(static_cast<uint64_t>(now.tv_sec) * 1'000'000 +
                        static_cast<uint64_t>(now.tv_nsec) / 1000);
}

}  // namespace

Systemd::Systemd(const Environment& environment)
    : address_(environment("NOTIFY_SOCKET").value_or("")) {
  const bool is_address = address_.starts_with('/') || address_.starts_with('@');
  if (!is_address || address_.size() >= sizeof(sockaddr_un::sun_path)) return;
  if (address_.front() == '@') address_.front() = '\0';  // an abstract socket
  fd_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const auto pid = number_in(environment, "WATCHDOG_PID");
  const auto limit_us = number_in(environment, "WATCHDOG_USEC");
  if (limit_us && (!pid || is_own_pid(pid))) watchdog_ms_ = *limit_us / 1000 / 3;
}

Systemd::~Systemd() {
  if (fd_ >= 0) close(fd_);
}

void Systemd::ready(std::string_view status) {
  send(std::string("READY=1\nSTATUS=").append(status));
}

void Systemd::reloading() {
  send("RELOADING=1\nMONOTONIC_USEC=" + monotonic_us());
}

void Systemd::stopping(std::string_view status) {
  send(std::string("STOPPING=1\nSTATUS=").append(status));
}

void Systemd::status(std::string_view status) {
  send(std::string("STATUS=").append(status));
}

void Systemd::alive() {
  send("WATCHDOG=1");
}

// Does not wait for a manager that does not read: the datagram is then lost.
void Systemd::send(const std::string& state) {
  if (fd_ < 0) return;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, address_.data(), address_.size());
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  sendto(fd_, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to),
         length);
}

Result<std::optional<int>> inherited_socket(const Systemd::Environment& environment) {
  const auto count = number_in(environment, "LISTEN_FDS");
  if (!count || *count == 0 || !is_own_pid(number_in(environment, "LISTEN_PID"))) {
    return std::optional<int>();
  }
  if (*count > 1) {
    return Error{
        ErrorCode::kConfiguration,
        "LISTEN_FDS passes " + std::to_string(*count) +
            " sockets, but hermod accepts only one: use a socket unit with one ListenStream"};
  }
  fcntl(kFirstInherited, F_SETFD, FD_CLOEXEC);
  return std::optional<int>(kFirstInherited);
}

}  // namespace hermod::cli
