#include "cli/spare_memory.h"

#include <malloc.h>

#include "observe/process.h"

namespace hermod::cli {
namespace {

int64_t bytes_beside_the_heap_in_use() {
  const struct mallinfo2 heap = mallinfo2();
  return static_cast<int64_t>(read_process_usage().resident_bytes) -
         static_cast<int64_t>(heap.uordblks + heap.hblkhd);
}

}  // namespace

void SpareMemory::look(int64_t now_ms) {
  if (now_ms < next_ms_) return;
  next_ms_ = now_ms + kLookMs;
  const int64_t bytes = bytes_beside_the_heap_in_use();
  if (!least_bytes_ || bytes < *least_bytes_) {
    least_bytes_ = bytes;
  } else if (bytes - *least_bytes_ >= kWorthwhileBytes) {
    malloc_trim(0);
    least_bytes_ = bytes_beside_the_heap_in_use();  // what stays is not tried again
  }
}

}  // namespace hermod::cli
