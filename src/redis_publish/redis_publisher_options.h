#pragma once

#include <cstddef>
#include <cstdint>

#include "redis_schema/redis_keys.h"

namespace hermod {

struct RedisPublisherOptions {
  uint64_t history_max = 256;
  uint64_t stream_ms = 360'000;                // lifetime of a stream without a new message
  uint64_t user_s = redis_keys::kUserSeconds;  // the same for `last` and `mark`
  uint64_t idempotency_ttl_s = 86'400;
  bool entries_have_hash = false;       // the event hash: Redis has replicas
  uint64_t user_patience_ms = 10'000;   // how long an error of a single user is retried
  size_t call_records_max = 64;         // per call
  size_t call_bytes_max = 262'144;      // of payloads per call, which has at least one record
  size_t flight_records_max = 2000;     // in all open calls
  size_t flight_bytes_max = 4'194'304;  // Redis disconnects a subscriber that lags by 32 MB
};

}  // namespace hermod
