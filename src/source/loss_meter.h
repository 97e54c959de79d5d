#pragma once
// Counts the records that a broker dropped before they were read, where its offsets have no other
// gaps: the in-process broker keeps a bounded number of bytes for each partition and drops the
// oldest ones. Reading a partition again from an earlier offset counts nothing.

#include <cstdint>
#include <map>

#include "source/assignment.h"

namespace hermod {

class LossMeter {
 public:
  // A record came. How many before it never will.
  uint64_t on_record(PartitionId id, int64_t offset) {
    int64_t& expected = expected_[id];  // 0 at first, where such a broker begins
    if (offset < expected) return 0;
    const auto lost = static_cast<uint64_t>(offset - expected);
    expected = offset + 1;
    total_ += lost;
    return lost;
  }

  uint64_t total() const { return total_; }

 private:
  std::map<PartitionId, int64_t> expected_;
  uint64_t total_ = 0;
};

}  // namespace hermod
