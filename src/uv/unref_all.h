#pragma once
// Unreferences handles, so that they do not keep their loop alive. For a loop that belongs to an
// embedder and must end when the embedder has nothing left to do (Node's unref). Handles are
// recognized by their callback: those of this module, and those of a library that include() names.
// All such handles on the loop are unreferenced, whichever server owns them; therefore each server
// has a KeepAlive.
//
// After begin(), all handles of the loop are visited twice per iteration, because handles come and
// go with connections.

#include "uv/fwd.h"
#include "uv/iteration_hook.h"

namespace hermod::uv {

class UnrefAll {
 public:
  // Must be constructed before any component that creates handles on the loop: libuv calls the
  // handles that were started first last, so this one sees the handles that the others started in
  // the iteration.
  explicit UnrefAll(uv_loop_t* loop);
  UnrefAll(const UnrefAll&) = delete;
  UnrefAll& operator=(const UnrefAll&) = delete;

  // Includes the handles of a library: its polls, which have the same callback as the poll on `fd`,
  // and its other handles, which have this `data`.
  void include(int fd, const void* data);

  void begin();  // idempotent

 private:
  void walk();

  using PollCallback = void (*)(uv_poll_s*, int, int);

  uv_loop_t* loop_;
  PollCallback library_poll_ = nullptr;
  const void* library_data_ = nullptr;
  bool begun_ = false;
  IterationHook iteration_hook_;
};

}  // namespace hermod::uv
