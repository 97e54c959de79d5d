#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace hermod {

struct RedisReplayerOptions {
  std::string process = "redis";       // the id of this process, in the fields of connections
  uint64_t user_s = 86'400;            // the lifetime of the positions
  uint64_t offline_ms = 300'000;       // maximum age of a message for a user who was offline
  uint64_t user_patience_ms = 10'000;  // how long an error of a single user is retried
  uint64_t travel_ms = 7000;           // from request to reply; later, the link has failed
  size_t flight_max = 64;              // requests in flight
};

}  // namespace hermod
