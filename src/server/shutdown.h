#pragma once
// The end of a server, step by step, each once:
//
//   1. not ready: upgrades are refused, pages still answer; the source leaves when what it handed
//      out is settled; the connections are let go over the drain time
//   2. both done: the front door and the bus close (the bus writes the marks that wait), and the
//      source, whose records live until the bus holds no view of them
//   3. then the wire, then libwebsockets' context; the spans that wait go out meanwhile
//
// Every child's ending calls advance(), which starts whatever may start now.

#include "base/closed.h"
#include "server/components.h"

namespace hermod {

class Shutdown {
 public:
  explicit Shutdown(Components& components) : components_(components) {}

  // A second call with a window of 0 hurries a drain along; `closed` is kept from the first.
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
  int open_ = 0;  // children of this step that have not ended
};

}  // namespace hermod
