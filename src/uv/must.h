#pragma once
// Asserts that a libuv call succeeded. For calls that fail only if they are misused: on a closing
// handle, or without a callback.

#include <cassert>

namespace hermod::uv {

inline void must([[maybe_unused]] int status) {
  assert(status == 0);
}

}  // namespace hermod::uv
