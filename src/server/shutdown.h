#pragma once
// Closes a server in steps:
//
//   1. Readiness is off and upgrades are refused, but pages are still served. The source leaves its
//      group when its open records are settled, and the connections are closed over the drain time.
//   2. When both are done, the HTTP server, the bus and the source close. The bus writes its last
//      acknowledged positions; the records of the source live until the bus has released them.
//   3. The WebSocket server closes.
//   4. The libwebsockets context closes, while the tracer sends its last spans.
//
// Each component reports its completion to child_ended(); the last one starts the next step.

#include "base/closed.h"
#include "server/components.h"

namespace hermod {

class Shutdown {
 public:
  explicit Shutdown(Components& components) : components_(components) {}

  // A second call with 0 ms shortens a drain that is in progress; its `closed` is ignored.
  void begin(uint64_t drain_ms, Closed closed);
  bool begun() const { return step_ != Step::kNone; }

 private:
  enum class Step { kNone, kDraining, kLeaving, kWire, kContext, kDone };

  void advance();
  void child_ended();
  void drain(uint64_t drain_ms);
  void leave();
  void close_wire();
  void close_context();

  Components& components_;
  Closed closed_;
  Step step_ = Step::kNone;
  int open_ = 0;  // components of this step that have not reported completion
};

}  // namespace hermod
