#pragma once
// Keeps a loop alive, or not, on behalf of a component whose own handles are unreferenced
// (uv/unref_all.h). It never wakes the loop.

#include "uv/handle.h"

namespace hermod::uv {

class KeepAlive {
 public:
  explicit KeepAlive(uv_loop_t* loop);  // keeps the loop alive
  KeepAlive(const KeepAlive&) = delete;
  KeepAlive& operator=(const KeepAlive&) = delete;

  void ref();
  void unref();

 private:
  Handle<uv_prepare_s> handle_;
};

}  // namespace hermod::uv
