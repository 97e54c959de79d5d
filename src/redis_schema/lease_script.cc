#include "redis_schema/redis_scripts.h"

namespace hermod {

// As granted_connections() in bus/lease.h. A lease that was granted before needs no sum. The key is
// renewed by the first connection in a process and by each lease that is written again. Fields that
// begin with a colon belong to no process.
const char kLeaseScript[] = R"lua(
local count, granted = tonumber(ARGV[2]), tonumber(ARGV[3])
local renews, others = granted >= count, nil
if not renews then
  local room = tonumber(ARGV[4])
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    local number = tonumber(all[i + 1]) or 0
    if all[i] == ARGV[1] then
      if number > granted then granted = number end
    elseif string.byte(all[i]) ~= 58 then
      room = room - number
      others = others or {0}
      others[#others + 1] = all[i]
    end
  end
  if room > granted then granted = room end
  if granted > count then granted = count end
end
if granted > 0 and (redis.call('HSET', KEYS[1], ARGV[1], granted) == 1 or renews) then
  redis.call('EXPIRE', KEYS[1], ARGV[5])
end
if granted == count or not others then return granted end
others[1] = granted
return others
)lua";

}  // namespace hermod
