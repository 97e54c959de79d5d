#pragma once
// The fleet as this process sees it: sends its requests to all processes and adds up the answers,
// and answers the requests of the others from its own connections. Knows which processes are dead.
// Owned by the composition in server/.

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/closed.h"
#include "bus/lease.h"
#include "core/quota_probe.h"
#include "fleet/fleet.h"
#include "fleet/fleet_calls.h"
#include "fleet/fleet_message.h"
#include "fleet/fleet_transport.h"
#include "fleet/local_connections.h"
#include "hermod/log.h"
#include "hermod/stats.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

class FleetService final : public Fleet,
                           public ProcessLiveness,
                           public QuotaProbe,
                           FleetTransportListener {
 public:
  // All of them outlive close().
  struct Dependencies {
    std::string process_id;
    uv_loop_t* loop;
    const Clock& clock;
    Log& log;
    FleetTransport& transport;
    LocalConnections& connections;
    Stats& stats;
  };

  // `report` describes this process. It is called from start() on.
  FleetService(const Dependencies& dependencies, std::function<FleetProcess()> report);

  void start();
  // Requests that are open are not answered. Idempotent; `closed` is called once, in a later loop
  // iteration.
  void close(Closed closed);

  bool ready() const { return uses_.transport.ready(); }
  // The live processes as they reported within the last 2 s, and this one as it is now.
  std::vector<FleetProcess> processes() const;

  // --- Fleet
  void find_user(std::string_view user, Done<FleetUser> done) override;
  void disconnect(const DisconnectRequest& request, Done<size_t> done) override;
  void revoke_token(std::string_view jti, Done<Nothing> done) override;
  void broadcast(const BroadcastRequest& request, Done<size_t> done) override;
  void list_processes(Done<std::vector<FleetProcess>> done) override;

  // --- for the limit of a user's connections over all processes
  bool is_dead(std::string_view process) const override;
  void ask(std::string_view user, size_t needed) override;

 private:
  void on_fleet_message(std::string_view text, int64_t at_ms) override;
  void on_fleet_members(const std::vector<FleetMember>& members) override;
  void on_fleet_ready(bool ready) override;
  void on_fleet_joined(bool again) override;
  void on_fleet_dead(std::string_view process) override;
  void on_fleet_revoked(const std::vector<RevokedToken>& tokens) override {
    uses_.connections.revoke_tokens(tokens);
  }

  using Living = std::function<void(const std::set<std::string>&)>;

  void find_living(const std::vector<std::string>& processes, Living done);
  void end_connections(const DisconnectRequest& request, Done<size_t> done);
  void call(FleetRequest request, FleetCalls::Finished finished);
  void later(std::function<void()> answer);
  void give_answers();
  void note_left(const std::map<std::string, int64_t, std::less<>>& before);
  FleetAnswer answer(const FleetRequest& request, int64_t at_ms);
  int64_t steady_at(int64_t fleet_ms) const;

  Dependencies uses_;
  bool closing_ = false;    // no call is answered any more
  bool was_ready_ = false;  // at any time before
  std::function<FleetProcess()> report_;
  std::string id_;
  std::vector<FleetProcess> processes_;
  // When they reported, in the time of the fleet.
  std::map<std::string, int64_t, std::less<>> reported_ms_;
  int64_t read_ms_ = 0;         // steady time of the last reading of the list
  std::set<std::string> left_;  // the processes that this reading did not find any more
  // Processes that are not in the list: the steady time of the first question of is_dead().
  mutable std::map<std::string, int64_t, std::less<>> unlisted_ms_;
  FleetCalls calls_;
  std::vector<std::function<void()>> answers_;  // to give in the next loop iteration
  uv::Immediate give_;
  uv::Timer rejoin_again_;
};

}  // namespace hermod
