#include "bus/replay_page.h"

#include <algorithm>

namespace hermod {

uint64_t count_cut(const ReplayPage& page) {
  const uint64_t known = page.after.count;
  if (page.entries.empty()) {
    return page.last > page.after && page.last.count > known ? page.last.count - known : 0;
  }
  const uint64_t first = page.entries.front().stream_id.count;
  return first > known ? first - known - 1 : 0;
}

void begin_after(ReplayPage& page, StreamId given) {
  if (given <= page.after || given > page.last) return;  // above `last`: an id of another history
  page.after = given;
  std::erase_if(page.entries, [&](const auto& entry) { return entry.stream_id <= given; });
  page.cut = page.entries.empty() && page.more ? 0 : std::min(page.cut, count_cut(page));
}

}  // namespace hermod
