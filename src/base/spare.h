#pragma once
// What is reused to spare allocations gives large buffers back: one record of the largest size must
// not leave its size behind in everything that it passed through.

#include <cstddef>
#include <string>

namespace hermod {

// What one of many reused strings may keep: more than what nearly every record needs.
inline constexpr size_t kSpareBytesMax = 2048;

// Empties `text`, and keeps its memory for the next use only where that is small.
inline void empty_spare(std::string& text, size_t kept_bytes_max = kSpareBytesMax) {
  if (text.capacity() > kept_bytes_max) std::string().swap(text);
  text.clear();
}

}  // namespace hermod
