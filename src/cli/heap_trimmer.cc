#include "cli/heap_trimmer.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <utility>

namespace hermod::cli {
namespace {

struct Held {
  int64_t in_use = 0;  // heap memory in use, in bytes
  int64_t other = 0;   // other resident memory, in bytes
};

Held held() {
  int64_t pages = 0;
  int64_t resident_pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident_pages;
  const struct mallinfo2 heap = mallinfo2();
  const auto in_use = static_cast<int64_t>(heap.uordblks + heap.hblkhd);
  return {in_use, resident_pages * sysconf(_SC_PAGESIZE) - in_use};
}

}  // namespace

void HeapTrimmer::look(int64_t now_ms) {
  if (now_ms < next_ms_) return;
  next_ms_ = now_ms + kLookMs;
  const Held now = held();
  if (!least_bytes_ || now.other < *least_bytes_) least_bytes_ = now.other;
  const int64_t spare = now.other - *least_bytes_;
  const bool worthwhile = spare >= std::max(kWorthwhileBytes, now.in_use / 8);
  if (!std::exchange(was_worthwhile_, worthwhile) || !worthwhile) return;
  malloc_trim(0);
  least_bytes_ = held().other;  // what malloc_trim() cannot release is not tried again
  was_worthwhile_ = false;
}

}  // namespace hermod::cli
