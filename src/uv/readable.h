#pragma once
// Returns the descriptors of the loop that are readable now. It makes one system call and consumes
// no events: the loop still handles them. If more descriptors are readable than requested, the next
// call returns others.

#include <cstddef>
#include <cstdint>
#include <span>

#include "uv/fwd.h"

namespace hermod::uv {

// Fills `descriptors` from the start and returns their number.
size_t readable_now(uv_loop_t* loop, std::span<int> descriptors);

// The loop's cached time in milliseconds (uv_now), which it updates once per iteration.
uint64_t loop_time_ms(uv_loop_t* loop);

}  // namespace hermod::uv
