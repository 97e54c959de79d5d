#pragma once
// For calls of libuv that fail by misuse only: on a handle that is closing, or without a callback.

#include <cassert>

namespace hermod::uv {

inline void must([[maybe_unused]] int status) {
  assert(status == 0);
}

}  // namespace hermod::uv
