#pragma once
// The WebSocket server: all WebSocket connections of a process. It adopts sockets from the HTTP
// server and owns their connections until their last callback. LwsAdopter forwards the library's
// callbacks, PeerScheduler drives output and deadlines, and WsDrain closes the connections at
// shutdown.
//
// LwsContext, hub, verifier, clock, log and stats must outlive close().

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/closed.h"
#include "core/upgrade.h"
#include "lws/lws_context.h"
#include "uv/immediate.h"
#include "ws/lease_quota.h"
#include "ws/lws_adopter.h"
#include "ws/peer_scheduler.h"
#include "ws/peer_table.h"
#include "ws/shared_limits.h"
#include "ws/withdrawn_keys.h"
#include "ws/ws_drain.h"
#include "ws/ws_shared.h"

namespace hermod {

class WsServer final : public UpgradeSink {
 public:
  WsServer(uv_loop_t* loop, LwsContext& context, Hub& hub, Verifier& verifier, const Clock& clock,
           Log& log, Stats& stats, WsOptions options);
  ~WsServer();  // precondition: closed
  WsServer(const WsServer&) = delete;
  WsServer& operator=(const WsServer&) = delete;

  // --- UpgradeSink
  void adopt(int fd, UpgradeRequest request) override;
  bool connects_too_often(std::string_view user) const override;

  // Closes all connections with 1001, spread evenly over `window_ms` (0: at once). Each close
  // reason states when to reconnect. New connections are refused the same way. `done` is called
  // once, in a later loop iteration, when all connections are closed.
  void drain(int64_t window_ms, Closed done);

  // Ends the window of a drain that is in progress.
  void finish_now() { drain_.finish_now(); }

  // Closes the remaining connections and then the server. Idempotent. `closed` is called once, in a
  // later loop iteration.
  void close(Closed closed);

  // Closes a user's connections and returns their number.
  size_t disconnect(std::string_view user, CloseCode code, ErrorCode error,
                    std::string_view message);

  // Closes those of a user's connections that began at the steady time `until_ms` or before, and
  // returns their number.
  size_t disconnect_until(std::string_view user, int64_t until_ms, const Refusal& refusal);

  // Closes the connections for whose tokens `is_revoked` returns true, and returns their number.
  size_t end_revoked(const std::function<bool(const TokenFacts& token)>& is_revoked);

  // Closes the connections whose key the verifier no longer has, some in each loop iteration.
  void end_withdrawn_keys() { withdrawn_.begin(); }

  // The limit of a user's connections over all processes (LeaseQuota): how this process asks the
  // others for room, and what another process asks of this one. `probe` may be null; it outlives
  // close().
  void set_quota_probe(QuotaProbe* probe) { lease_quota_.set_probe(probe); }
  void probe_quota(std::string_view user, size_t needed) { lease_quota_.probe(user, needed); }

  // `callback` is called repeatedly while very many connections are removed in one loop iteration:
  // the iteration is long, and these clients reconnect in the meantime. It must not call this
  // server.
  void on_mass_disconnect(std::function<void()> callback) {
    scheduler_.on_mass_disconnect(std::move(callback));
  }

  // For tests of slow clients: pause_writes() stops the output to the user's connections, as if
  // their kernel buffers were full; resume_writes() continues it.
  void pause_writes(std::string_view user);
  void resume_writes(std::string_view user);

  void for_each(const std::function<void(const WsPeer&)>& visit) const;
  size_t socket_count() const { return peers_.size(); }  // of peers in every state

  // For tests: whether any deadline is set; and tick(), which does the work of a loop iteration.
  bool waiting() const { return scheduler_.waiting(); }
  void tick();

 private:
  bool can_adopt(int fd);
  std::string head_of(UpgradeRequest& request);
  void remove(WsPeer& peer);
  void maybe_finish_close();

  LwsContext& context_;
  WsShared shared_;
  SharedLimits limits_{shared_};
  LeaseQuota lease_quota_;
  PeerTable peers_;
  LwsAdopter adopter_;
  PeerScheduler scheduler_;
  WsDrain drain_;
  WithdrawnKeys withdrawn_;
  uint64_t next_id_ = 1;
  bool closing_ = false;
  Closed drained_;
  Closed closed_;
  uv::Immediate finish_immediate_;
};

}  // namespace hermod
