#pragma once
// Ownership of a libuv handle. A handle's memory must outlive uv_close until libuv's close
// callback, so it lives on the heap and frees itself there: its owner may be destroyed at any time,
// and no callback comes after that. handle.cc holds the only uv_close in the tree.

#include <memory>

#include "uv/fwd.h"

namespace hermod::uv {

// Closes an initialised handle of any type; frees it (as T) once libuv lets go.
template <class T>
struct HandleCloser {
  void operator()(T* handle) const noexcept;
};

template <class T>
using Handle = std::unique_ptr<T, HandleCloser<T>>;

}  // namespace hermod::uv
