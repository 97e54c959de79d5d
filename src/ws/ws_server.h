#pragma once
// All WebSocket connections of a process. It adopts sockets from the HTTP server, forwards the
// library's callbacks to their WsPeer, flushes output at the end of each loop iteration, drives all
// deadlines with one timer, and closes the connections at shutdown. Without connections it causes
// no wake-ups.
//
// LwsContext, hub, verifier, clock, log and stats must outlive close().

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/closed.h"
#include "core/upgrade.h"
#include "uv/budget.h"
#include "uv/immediate.h"
#include "uv/iteration_hook.h"
#include "uv/timer.h"
#include "ws/inflow_watch.h"
#include "ws/lws_context.h"
#include "ws/peer_table.h"
#include "ws/ws_peer.h"
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
  void finish_now() { drain_window_ms_ = 0; }

  // Closes the remaining connections and then the server. Idempotent. `closed` is called once, in a
  // later loop iteration.
  void close(Closed closed);

  // Closes a user's connections and returns their number.
  size_t disconnect(std::string_view user, CloseCode code, ErrorCode error,
                    std::string_view message);

  // `on_crowd` is called repeatedly while very many connections are removed in one loop iteration:
  // the iteration is long, and these clients reconnect in the meantime. It must not call this
  // server.
  void on_mass_disconnect(std::function<void()> on_crowd) { on_crowd_ = std::move(on_crowd); }

  // For tests of slow clients: pause_writes() stops the output to the user's connections, as if
  // their kernel buffers were full; resume_writes() continues it.
  void pause_writes(std::string_view user);
  void resume_writes(std::string_view user);

  void for_each(const std::function<void(const WsPeer&)>& visit) const;
  size_t socket_count() const { return peers_.size(); }  // of peers in every state

  bool waiting() const { return timer_.active(); }  // true if any deadline is set

  // Handles the deadlines that are due and flushes pending output. For tests; otherwise the loop
  // does this.
  void tick();

  // The callbacks of the library.
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
  int64_t retry_after_drain_ms() const;
  void remove(WsPeer& peer);
  void maybe_finish();

  uv_loop_t* loop_;
  LwsContext& context_;
  WsShared shared_;
  lws_vhost* vhost_ = nullptr;
  std::function<void()> on_crowd_;
  size_t left_ = 0;  // connections removed in this loop iteration
  PeerTable peers_;
  InflowWatch inflow_watch_;
  WsPeer* adopting_ = nullptr;  // set while the library adopts its socket
  uint64_t next_id_ = 1;
  int64_t armed_for_ms_ = -1;  // the timer's deadline; -1: none
  int64_t drain_started_ms_ = 0;
  int64_t drain_window_ms_ = 0;
  size_t drain_total_ = 0;
  size_t drain_next_ = 0;        // connections that were not sent a close frame yet
  size_t drain_target_ = 0;      // close frames to send so far
  size_t drained_ = 0;           // close frames sent
  size_t drain_unanswered_ = 0;  // close frames sent in this step, not answered
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
