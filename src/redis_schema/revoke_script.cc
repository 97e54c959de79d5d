#include "redis_schema/redis_scripts.h"

namespace hermod {

// A later call never restores tokens. A key of another type is replaced, because no other program
// may write it.
const char kRevokeScript[] = R"lua(
local at = tonumber(ARGV[1]) or tonumber(redis.call('TIME')[1])
local stored = redis.pcall('GET', KEYS[1])
local before = type(stored) == 'string' and tonumber(stored)
if before and before > at then at = before end
redis.call('SET', KEYS[1], string.format('%.0f', at), 'EX', ARGV[2])
return at
)lua";

}  // namespace hermod
