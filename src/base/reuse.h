#pragma once
// Buffers that are reused to avoid allocations, but release large amounts of memory: one record of
// the maximum size must not leave a buffer of its size in every component that handled it.

#include <cstddef>
#include <string>

namespace hermod {

// The capacity that one of many reused strings may keep. Nearly every record fits.
inline constexpr size_t kReusedBytesMax = 2048;

// Clears `text`, and keeps its memory for the next use only if it is at most `kept_bytes_max`.
inline void clear_for_reuse(std::string& text, size_t kept_bytes_max = kReusedBytesMax) {
  if (text.capacity() > kept_bytes_max) std::string().swap(text);
  text.clear();
}

}  // namespace hermod
