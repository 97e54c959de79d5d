#pragma once

#include <cstdint>
#include <string>

namespace hermod {

struct RedisAckCursorOptions {
  std::string process;       // its id, in the fields of its connections
  uint64_t life_s = 86'400;  // the lifetime of the positions in Redis
  uint64_t hold_s = 300;     // the lifetime of the position of a connection that ended
};

}  // namespace hermod
