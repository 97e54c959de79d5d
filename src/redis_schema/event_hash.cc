#include "redis_schema/event_hash.h"

#include <algorithm>

// The functions are compiled into this file, so that no shared library is needed.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace hermod {

uint64_t event_hash(std::string_view event_id) {
  return std::max<uint64_t>(1, XXH3_64bits(event_id.data(), event_id.size()) >> 1);
}

}  // namespace hermod
