#include "redis_schema/redis_scripts.h"

namespace hermod {

// A later call never restores tokens, and never shortens an earlier revocation. A key of another
// type is replaced, because no other program may write it.
const char kRevokeScript[] = R"lua(
local at = tonumber(ARGV[1]) or tonumber(redis.call('TIME')[1])
local stored = redis.pcall('GET', KEYS[1])
local before = type(stored) == 'string' and tonumber(stored)
if before and before > at then at = before end
local keep = math.max(tonumber(ARGV[2]), redis.call('TTL', KEYS[1]))
redis.call('SET', KEYS[1], string.format('%.0f', at), 'EX', keep)
return at
)lua";

}  // namespace hermod
