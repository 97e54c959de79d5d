#pragma once
// The completion of every asynchronous close(): called exactly once, in a later loop iteration and
// never inside the call. Only then may the memory of the object be freed.

#include <functional>

namespace hermod {

using Closed = std::function<void()>;

}  // namespace hermod
