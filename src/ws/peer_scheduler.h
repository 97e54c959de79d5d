#pragma once
// Schedules the work of all connections on the loop: it flushes their output at the end of each
// loop iteration, and handles all deadlines with one timer. Both do a bounded amount of work at a
// time. Without connections it causes no wake-ups. Owned by WsServer.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

#include "uv/budget.h"
#include "uv/immediate.h"
#include "uv/iteration_hook.h"
#include "uv/timer.h"
#include "ws/inflow_watch.h"

namespace hermod {

class PeerTable;
class SharedLimits;
struct WsShared;

class PeerScheduler {
 public:
  PeerScheduler(uv_loop_t* loop, WsShared& shared, const PeerTable& peers, SharedLimits& limits);
  PeerScheduler(const PeerScheduler&) = delete;
  PeerScheduler& operator=(const PeerScheduler&) = delete;

  bool waiting() const { return timer_.active(); }  // true if any deadline is set

  // Handles the deadlines that are due and flushes pending output.
  void tick();

  // See WsServer::on_mass_disconnect().
  void on_mass_disconnect(std::function<void()> callback) {
    on_mass_disconnect_ = std::move(callback);
  }
  void on_removed();  // a connection was removed

 private:
  void on_timer();
  void on_iteration_end();
  void flush_some(const uv::Budget& budget);
  void arm_timer();

  uv_loop_t* loop_;
  WsShared& shared_;
  const PeerTable& peers_;
  SharedLimits& limits_;
  InflowWatch inflow_watch_;
  std::function<void()> on_mass_disconnect_;
  size_t removed_ = 0;         // in this loop iteration
  int64_t armed_for_ms_ = -1;  // the timer's deadline; -1: none
  uv::Timer timer_;
  uv::Immediate flush_immediate_;
  uv::IterationHook iteration_hook_;
};

}  // namespace hermod
