#pragma once
// The keys and channels that processes use among each other (docs/protocol.md, section 2). The
// keys are in one slot of a cluster.

#include <cstdint>
#include <string>
#include <string_view>

namespace hermod {

struct FleetNames {
  std::string members;  // a sorted set: process ids, by the time in ms of their last report
  std::string reports;  // a hash: process id -> report
  std::string revoked;  // a sorted set: the ids of revoked tokens, by the second of their end
  std::string control;  // the channel of all processes; that of one process ends with its id
};

// `prefix`: REDIS_PREFIX. A database separates keys but not channels, so that the channels contain
// its number if it is not 0.
FleetNames make_fleet_names(std::string_view prefix, uint32_t database);

}  // namespace hermod
