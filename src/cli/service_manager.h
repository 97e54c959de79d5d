#pragma once
// Keeps systemd informed while the service runs: ready, alive, and one line on what is going on.
// Silent where no manager listens.

#include <cstdint>

#include "server/systemd.h"
#include "uv/timer.h"

namespace hermod {
class Server;
}

namespace hermod::cli {

class ServiceManager {
 public:
  // Says at once that the service is ready. `server` outlives stopping().
  ServiceManager(uv_loop_t* loop, const Systemd::Environment& environment, const Server& server);

  void reloading();
  void ready();     // again, behind reloading()
  void stopping();  // `server` is not asked any more

 private:
  void say_status();

  Systemd systemd_;
  const Server& server_;
  uint64_t connections_told_ = 0;
  uv::Timer alive_timer_;
  uv::Timer status_timer_;
};

}  // namespace hermod::cli
