#pragma once
// All connections that are not WebSockets: how many there may be, how long each may take, and where
// they go from here. One list for each stage, in the order they entered it, which is the order in
// which their time is up, since a stage's time is the same for all.

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
#include "http/router.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

struct ConnectionManagerLimits {
  size_t sockets_max = 4096;
  // The first descriptor that is not taken, 0 = none. The lobby itself holds a quarter of them at
  // most, so that who says nothing cannot keep them from those who do.
  int descriptors_max = 0;
  int64_t head_ms = 10'000;
  int64_t idle_ms = 15'000;
  int64_t answer_ms = 30'000;
  int64_t linger_ms = 2'000;
  int64_t check_ms = 30'000;
};

// What the lobby works with; all of it outlives clear().
struct ConnectionManagerParts {
  Router& router;
  Admission& admission;
  CheckQueue& checks;
  UpgradeSink& upgrades;
  const Clock& clock;
  Stats& stats;
};

class ConnectionManager final : public SocketSink, private ConnectionHost {
 public:
  ConnectionManager(uv_loop_t* loop, const ConnectionManagerParts& parts,
                    const ConnectionManagerLimits& limits);
  ~ConnectionManager();
  ConnectionManager(const ConnectionManager&) = delete;
  ConnectionManager& operator=(const ConnectionManager&) = delete;

  // --- SocketSink
  void on_socket(int fd, const sockaddr_storage& peer) override;
  void on_exhausted() override { ++parts_.stats.limits_struck["descriptors"]; }

  size_t size() const;

  // Ends them all. Not inside a call of theirs.
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
  ConnectionManagerParts parts_;
  ConnectionManagerLimits limits_;
  std::array<Connections, kStageCount> connections_;
  uv::Timer timer_;          // runs while there is anybody
  uv::Immediate immediate_;  // asked while somebody waits for the next turn
  uv::Immediate check_soon_;
  uv::Timer check_timer_;  // runs while somebody waits for a check and its time
};

}  // namespace hermod
