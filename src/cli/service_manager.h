#pragma once
// Notifies systemd while the service runs: readiness, watchdog and a status line. Does nothing
// without a service manager.

#include <cstdint>

#include "cli/systemd.h"
#include "uv/timer.h"

namespace hermod {
class Server;
}

namespace hermod::cli {

class ServiceManager {
 public:
  // Reports at once that the service is ready. `server` must live until stopping() is called.
  ServiceManager(uv_loop_t* loop, const Systemd::Environment& environment, const Server& server);

  void reloading();
  void ready();     // also after reloading()
  void stopping();  // `server` is not used after this call

 private:
  void send_status();

  Systemd systemd_;
  const Server& server_;
  uint64_t reported_connections_ = 0;
  bool stopping_ = false;
  uv::Timer alive_timer_;
  uv::Timer status_timer_;
};

}  // namespace hermod::cli
