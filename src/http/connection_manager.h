#pragma once
// The connection manager: owns all connections that are not WebSockets, and limits their number and
// the time of each stage. Owned by HttpServer; the acceptor hands it the sockets.

#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "core/upgrade.h"
#include "hermod/stats.h"
#include "http/admission.h"
#include "http/check_scheduler.h"
#include "http/connection_table.h"
#include "http/open_answers.h"
#include "http/request_router.h"
#include "net/acceptor.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

struct ConnectionManagerLimits {
  size_t sockets_max = 4096;
  // Connections whose descriptor is not below this are refused; 0: no limit. The connection manager
  // uses at most a quarter of the descriptors, so that silent connections cannot exhaust them.
  int descriptors_max = 0;
  StageTimes times;
  size_t later_answers_max = 64;  // of pages; further requests of such pages get 503
};

// The dependencies of the connection manager; all of them outlive clear().
struct ConnectionManagerDependencies {
  RequestRouter& router;
  Admission& admission;
  CheckQueue& checks;
  UpgradeSink& upgrades;
  const Clock& clock;
  Stats& stats;
};

class ConnectionManager final : public SocketSink, private ConnectionOwner {
 public:
  ConnectionManager(uv_loop_t* loop, const ConnectionManagerDependencies& dependencies,
                    const ConnectionManagerLimits& limits);
  ~ConnectionManager();
  ConnectionManager(const ConnectionManager&) = delete;
  ConnectionManager& operator=(const ConnectionManager&) = delete;

  // --- SocketSink
  void on_socket(int fd, const sockaddr_storage& peer) override;
  void on_exhausted() override { ++dependencies_.stats.limits_struck["descriptors"]; }

  size_t size() const { return table_.size(); }

  // Ends all connections. Must not be called inside a callback of a connection.
  void clear();

 private:
  // --- ConnectionOwner
  void on_stage(Connection& connection, Stage from) override;
  void on_end(Connection& connection) override;

  void make_room(const IpAddress& peer);
  void reject(int fd, const IpAddress& peer);
  void end_overdue();
  void on_iteration();

  ConnectionManagerDependencies dependencies_;
  ConnectionManagerLimits limits_;
  OpenAnswers open_answers_;
  ConnectionDependencies connection_dependencies_;
  CheckScheduler checks_;
  uv::Timer timer_;          // active while there are connections
  uv::Immediate immediate_;  // requested while a connection is in Stage::kNextIteration
  ConnectionTable table_;
};

}  // namespace hermod
