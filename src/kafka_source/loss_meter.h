#pragma once
// Counts the records that a broker discarded before they were read. It works only where offsets
// have no other gaps: the embedded broker keeps a limited number of bytes per partition and
// discards the oldest records. Reading a partition again from an earlier offset counts nothing.

#include <cstdint>
#include <map>

#include "source/assignment.h"

namespace hermod {

class LossMeter {
 public:
  // Returns how many records between the previous one and this one were discarded.
  uint64_t on_record(PartitionId id, int64_t offset) {
    int64_t& expected = expected_[id];  // initially 0, the first offset of the embedded broker
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
