// What a user has seen: the stream ids in the sorted set `viewed`, by their counts. It has only ids
// that the history still has.
#include "redis_schema/redis_scripts.h"

namespace hermod {

const char kSeenScript[] = R"lua(
local viewed, stream = KEYS[1], KEYS[2]
local command, channel, origin, life = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local sent_ms, sent_count = parse(ARGV[5])
local up_to = ARGV[6]
local new = {}

local function mark(id)
  local ms, count = parse(id)
  if above(ms, count, sent_ms, sent_count) then return false end
  if redis.call('ZADD', viewed, 'NX', string.format('%.0f', count), id) == 1 then
    new[#new + 1] = id
  end
  return true
end

if not sent_ms then return new end
for i = 7, #ARGV do
  if #redis.call('XRANGE', stream, ARGV[i], ARGV[i], 'COUNT', 1) > 0 then mark(ARGV[i]) end
end
local from = '-'
while up_to ~= '' do
  local chunk = redis.call('XRANGE', stream, from, up_to, 'COUNT', 8)
  for _, entry in ipairs(chunk) do
    if not mark(entry[1]) then up_to = '' end
  end
  if #chunk < 8 then break end
  local ms, count = parse(chunk[#chunk][1])
  from = string.format('%.0f-%.0f', ms, count + 1)
end
if #new == 0 then return new end
local first = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)
local _, count = parse(first[1] and first[1][1])
if count then redis.call('ZREMRANGEBYSCORE', viewed, '-inf', string.format('(%.0f', count)) end
redis.call('EXPIRE', viewed, life)
redis.call(command, channel, 'seen ' .. origin .. ' ' .. table.concat(new, ' '))
return new
)lua";

}  // namespace hermod
