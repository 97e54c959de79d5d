#include "bus/replay_page.h"

namespace hermod {

uint64_t count_cut(const ReplayPage& page) {
  const uint64_t known = page.after.count;
  if (page.entries.empty()) {
    return page.last > page.after && page.last.count > known ? page.last.count - known : 0;
  }
  const uint64_t first = page.entries.front().stream_id.count;
  return first > known ? first - known - 1 : 0;
}

}  // namespace hermod
