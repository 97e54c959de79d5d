#pragma once
// One call on the next turn of the loop, for work that must not happen inside the present call: the
// `done` of a close, the rest of a drain whose budget was used up. Asking again before it came is
// one call.

#include <functional>

#include "uv/timer.h"

namespace hermod::uv {

class Soon {
 public:
  Soon(uv_loop_t* loop, std::function<void()> on_soon) : timer_(loop, std::move(on_soon)) {}

  void ask() {
    if (!timer_.active()) timer_.start(0);
  }
  void cancel() { timer_.stop(); }

 private:
  Timer timer_;
};

}  // namespace hermod::uv
