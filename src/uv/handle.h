#pragma once
// Ownership of a libuv handle. The memory of a handle must stay valid from uv_close() until libuv's
// close callback, so a handle is on the heap and frees itself in that callback. Its owner may be
// destroyed at any time, and no callback runs after that. handle.cc has the only call of
// uv_close().

#include <memory>

#include "uv/fwd.h"

namespace hermod::uv {

// Closes an initialized handle of any type, and frees it (as T) in libuv's close callback.
template <class T>
struct HandleCloser {
  void operator()(T* handle) const noexcept;
};

template <class T>
using Handle = std::unique_ptr<T, HandleCloser<T>>;

}  // namespace hermod::uv
