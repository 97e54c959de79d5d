#pragma once
// Takes from handles the power to keep their loop alive: for a loop that belongs to somebody else
// and should end when its owner has nothing left to do (Node's unref). A handle is known by its
// callback: those of this room, and those of a library that were shown. All of them on the loop are
// meant, whichever server they belong to, so each server there has a Hold.
//
// From begin() on the loop is walked twice a turn, since handles come and go with connections.

#include "uv/fwd.h"
#include "uv/iteration_hook.h"

namespace hermod::uv {

class UnrefAll {
 public:
  // Constructed before whatever makes handles on the loop: libuv calls what was started first last,
  // so this sees what the others did in the turn.
  explicit UnrefAll(uv_loop_t* loop);
  UnrefAll(const UnrefAll&) = delete;
  UnrefAll& operator=(const UnrefAll&) = delete;

  // A library's handles are meant too: its polls by the callback of the one on `fd`, others by
  // their data.
  void include(int fd, const void* data);

  void begin();

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
