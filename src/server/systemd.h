#pragma once
// What a service manager is told and asked, without its library: how far the process is
// (sd_notify(3)), that it is alive (the watchdog), and the socket that was opened before it
// (sd_listen_fds(3)). Each does nothing where no manager asked for it.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "hermod/result.h"

namespace hermod {

class Systemd {
 public:
  using Environment = std::function<std::optional<std::string>(const std::string& name)>;

  // Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
  explicit Systemd(const Environment& environment);
  ~Systemd();
  Systemd(const Systemd&) = delete;
  Systemd& operator=(const Systemd&) = delete;

  bool listening() const { return fd_ >= 0; }  // somebody wants to be told

  // `status` is one line for `systemctl status`.
  void ready(std::string_view status);
  void reloading();  // until the next ready()
  void stopping(std::string_view status);
  void status(std::string_view status);
  void alive();  // at least each watchdog_ms()

  // How often alive() is wanted, with room for one that is late; 0: never.
  uint64_t watchdog_ms() const { return watchdog_ms_; }

 private:
  void send(const std::string& state);

  std::string address_;  // as it stands in a sockaddr_un
  int fd_ = -1;
  uint64_t watchdog_ms_ = 0;
};

// The listening socket that was handed to this process (LISTEN_FDS, LISTEN_PID), or nothing. Error:
// kConfiguration, for more than one, since hermod serves one port.
Result<std::optional<int>> inherited_socket(const Systemd::Environment& environment);

}  // namespace hermod
