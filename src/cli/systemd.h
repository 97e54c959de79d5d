#pragma once
// The protocols of a service manager, without libsystemd: state and watchdog notifications
// (sd_notify(3)), and socket activation (sd_listen_fds(3)). Without a manager, nothing is sent.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "hermod/result.h"

namespace hermod::cli {

class Systemd {
 public:
  using Environment = std::function<std::optional<std::string>(const std::string& name)>;

  // Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
  explicit Systemd(const Environment& environment);
  ~Systemd();
  Systemd(const Systemd&) = delete;
  Systemd& operator=(const Systemd&) = delete;

  bool listening() const { return fd_ >= 0; }  // a manager receives notifications

  // `status` is one line for `systemctl status`.
  void ready(std::string_view status);
  void reloading();  // ends with the next ready()
  void stopping(std::string_view status);
  void status(std::string_view status);
  void alive();  // must be called at least every watchdog_ms()

  // The interval for alive(), a third of the limit of the watchdog; 0: no watchdog.
  uint64_t watchdog_ms() const { return watchdog_ms_; }

 private:
  void send(const std::string& state);

  std::string address_;  // as it is copied into sockaddr_un
  int fd_ = -1;
  uint64_t watchdog_ms_ = 0;
};

// The listening socket that was passed to this process (LISTEN_FDS, LISTEN_PID), if any. Error:
// kConfiguration if there are several, because hermod serves one port.
Result<std::optional<int>> inherited_socket(const Systemd::Environment& environment);

}  // namespace hermod::cli
