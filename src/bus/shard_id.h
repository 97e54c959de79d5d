#pragma once
// The number of a shard of the bus (bus.h).

#include <cstdint>

namespace hermod {

// A number names one address for the lifetime of the process: it is never used for another one.
using ShardId = uint32_t;

// The shard of users that no server serves: of all users before the first server answered, and of
// some while a part of a Redis Cluster has no master. It is never up. The bus reports it down
// before a user moves to it, and gone when no user belongs to it any more.
inline constexpr ShardId kNoShard = UINT32_MAX;

}  // namespace hermod
