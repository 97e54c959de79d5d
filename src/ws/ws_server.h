#pragma once
// All WebSocket connections of a process: takes clients over from the front door, hands the
// library's callbacks to their WsPeer, flushes at the end of each turn, keeps their deadlines on
// one timer, and sends them away at the end. With nobody connected it costs no wake-up.
//
// LwsContext, hub, verifier, clock, log and stats outlive close().

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/closed.h"
#include "core/upgrade.h"
#include "uv/budget.h"
#include "uv/immediate.h"
#include "uv/iteration_hook.h"
#include "uv/timer.h"
#include "ws/inflow_watch.h"
#include "ws/lws_context.h"
#include "ws/ws_peer.h"
#include "ws/ws_shared.h"

namespace hermod {

class WsServer final : public UpgradeSink {
 public:
  WsServer(uv_loop_t* loop, LwsContext& context, Hub& hub, Verifier& verifier, const Clock& clock,
           Log& log, Stats& stats, WsOptions options);
  ~WsServer();  // closed before
  WsServer(const WsServer&) = delete;
  WsServer& operator=(const WsServer&) = delete;

  // --- UpgradeSink
  void adopt(int fd, UpgradeRequest request) override;
  bool connects_too_often(std::string_view user) const override;

  // Sends everybody away with 1001, spread evenly over the window (0: at once), each told when to
  // come back; who comes meanwhile is sent away too. `done` comes once, on a later turn, when all
  // are gone.
  void drain(int64_t window_ms, Closed done);

  // A drain under way ends its window now.
  void hurry() { drain_window_ms_ = 0; }

  // Sends away who is left and ends. Idempotent; `closed` comes once, on a later turn.
  void close(Closed closed);

  // Closes a user's connections; how many there were.
  size_t disconnect(std::string_view user, CloseCode code, ErrorCode error,
                    std::string_view message);

  // When very many leave in one turn, `on_crowd` is called now and then between them: with them
  // gone they come back, and the turn is long. It must not call this server.
  void on_mass_disconnect(std::function<void()> on_crowd) { on_crowd_ = std::move(on_crowd); }

  void watch(Observer* observer) { shared_.observer = observer; }  // as Hub::watch()

  // For tests of slow clients: the user's connections take nothing more until they flow again, as
  // if their kernels were full.
  void stall(std::string_view user);
  void flow(std::string_view user);

  void for_each(const std::function<void(const WsPeer&)>& visit) const;
  size_t socket_count() const { return peers_.size(); }  // handshakes and closing ones included

  bool waiting() const { return timer_.active(); }  // for any deadline

  // Serves the deadlines that are due and writes what is waiting; the loop does it by itself.
  void tick();

  // Wire's library callbacks come in here.
  struct Callbacks;

 private:
  void on_timer();
  void on_iteration_end();
  void flush_touched(const uv::Budget& budget);
  void arm_timer();
  void begin_drain(int64_t window_ms);
  void on_drain_step();
  void drain_some();
  void on_drained_one();
  void send_one_away(WsPeer& peer);
  void remove(WsPeer& peer);
  void maybe_finish();

  uv_loop_t* loop_;
  LwsContext& context_;
  WsShared shared_;
  lws_vhost* vhost_ = nullptr;
  std::function<void()> on_crowd_;
  size_t left_ = 0;             // in this turn
  std::vector<WsPeer*> peers_;  // owned; each knows its index
  InflowWatch inflow_watch_;
  WsPeer* adopting_ = nullptr;  // while the library takes its socket
  uint64_t next_id_ = 1;
  int64_t armed_for_ms_ = -1;  // what the timer waits for, -1 nothing
  int64_t drain_started_ms_ = 0;
  int64_t drain_window_ms_ = 0;
  size_t drain_total_ = 0;
  size_t drain_next_ = 0;    // how many in the list are not told yet
  size_t drain_target_ = 0;  // how many are to be told by now
  size_t drained_ = 0;
  size_t drain_unanswered_ = 0;  // told within this step and not gone
  bool draining_ = false;
  bool closing_ = false;
  Closed drained_done_;
  Closed closed_;
  uv::Timer timer_;
  uv::Timer drain_timer_;
  uv::Immediate drain_rest_;
  uv::Immediate finish_immediate_;
  uv::Immediate flush_immediate_;
  uv::IterationHook iteration_hook_;
};

}  // namespace hermod
