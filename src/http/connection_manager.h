#pragma once
// The connection manager: owns all connections that are not WebSockets, limits their number and
// their time, and hands over upgrades. There is one list per stage, in the order in which the
// connections entered it. That is also the order of their deadlines, because the time of a stage is
// the same for all.

#include <array>
#include <cstdint>
#include <list>

#include "base/clock.h"
#include "core/upgrade.h"
#include "hermod/stats.h"
#include "http/acceptor.h"
#include "http/admission.h"
#include "http/check_queue.h"
#include "http/connection.h"
#include "http/request_router.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

struct ConnectionManagerLimits {
  size_t sockets_max = 4096;
  // Connections whose descriptor is not below this are refused; 0: no limit. The connection manager
  // uses at most a quarter of the descriptors, so that silent connections cannot exhaust them.
  int descriptors_max = 0;
  int64_t head_ms = 10'000;
  int64_t idle_ms = 15'000;
  int64_t answer_ms = 30'000;
  int64_t linger_ms = 2'000;
  int64_t check_ms = 30'000;
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

class ConnectionManager final : public SocketSink, private ConnectionHost {
 public:
  ConnectionManager(uv_loop_t* loop, const ConnectionManagerDependencies& dependencies,
                    const ConnectionManagerLimits& limits);
  ~ConnectionManager();
  ConnectionManager(const ConnectionManager&) = delete;
  ConnectionManager& operator=(const ConnectionManager&) = delete;

  // --- SocketSink
  void on_socket(int fd, const sockaddr_storage& peer) override;
  void on_exhausted() override { ++dependencies_.stats.limits_struck["descriptors"]; }

  size_t size() const;

  // Ends all connections. Must not be called inside a callback of a connection.
  void clear();

 private:
  using Connections = std::list<Connection>;

  // --- ConnectionHost
  size_t body_bytes_max(const RequestHead& head) const override;
  Reply on_request(Connection& connection, const RequestHead& head) override;
  WrittenAnswer on_bad_head(Connection& connection, HeadState state) override;
  void on_stage(Connection& connection, Stage from) override;
  void on_answered(Connection& connection) override;
  void on_upgrade(Connection& connection, UpgradeRequest request) override;
  void on_end(Connection& connection) override;

  Connections& in(Stage stage) { return connections_[static_cast<size_t>(stage)]; }
  int64_t time_of(Stage stage) const;
  void make_room();
  void make_room_at(const Network& network);
  Connection& eviction_candidate(const Network* peer);
  int64_t since_ms(const Connection& connection) const;
  void reject(int fd, std::string_view limit, const Fault& fault);
  void check_some();
  void tick();
  void on_iteration();

  uv_loop_t* loop_;
  ConnectionManagerDependencies dependencies_;
  ConnectionManagerLimits limits_;
  std::array<Connections, kStageCount> connections_;
  uv::Timer timer_;          // active while there are connections
  uv::Immediate immediate_;  // requested while a connection is in Stage::kNextIteration
  uv::Immediate check_immediate_;
  uv::Timer check_timer_;  // active while connections in Stage::kCheck wait for the share to refill
};

}  // namespace hermod
