#pragma once
// Keeps a loop alive, or not, on behalf of something whose own handles were released from it
// (uv/unref_all.h). It costs the loop no wake-up.

#include "uv/handle.h"

namespace hermod::uv {

class KeepAlive {
 public:
  explicit KeepAlive(uv_loop_t* loop);  // holds
  KeepAlive(const KeepAlive&) = delete;
  KeepAlive& operator=(const KeepAlive&) = delete;

  void ref();
  void unref();

 private:
  Handle<uv_prepare_s> handle_;
};

}  // namespace hermod::uv
