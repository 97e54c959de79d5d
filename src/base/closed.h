#pragma once
// The one ending form: an object with asynchronous endings takes a Closed and calls it exactly
// once, on a later turn of the loop, when its memory may go (see practices in src/README.md).

#include <functional>

namespace hermod {

using Closed = std::function<void()>;

}  // namespace hermod
