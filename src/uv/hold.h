#pragma once
// Keeps a loop alive, or not, on behalf of something whose own handles were released from it
// (uv/release.h). It costs the loop no wake-up.

#include "uv/handle.h"

namespace hermod::uv {

class Hold {
 public:
  explicit Hold(uv_loop_t* loop);  // holds
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;

  void ref();
  void unref();

 private:
  Handle<uv_prepare_s> handle_;
};

}  // namespace hermod::uv
