#pragma once
// Which descriptors have something to read right now, among those that the loop waits for. One
// system call that takes nothing from the loop: the loop still serves them. Where there are more
// than are asked for, the next call names others.

#include <cstddef>
#include <cstdint>
#include <span>

#include "uv/fwd.h"

namespace hermod::uv {

// Fills `descriptors` from its front; how many there are.
size_t readable_now(uv_loop_t* loop, std::span<int> descriptors);

// The loop's clock, which it reads once an iteration.
uint64_t loop_time_ms(uv_loop_t* loop);

}  // namespace hermod::uv
