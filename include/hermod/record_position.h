#pragma once
// The position of a record that a broker acknowledged.

#include <cstdint>
#include <string>

namespace hermod {

struct RecordPosition {
  std::string topic;
  int32_t partition = 0;
  int64_t offset = 0;
};

}  // namespace hermod
