// The positions of a user, in the hash `acked` (protocol section 2). Its fields:
//   ""                              the user's position, the maximum of all acknowledgements
//   <device>                        that of a named device
//   <device>/                       Redis' time in ms of the device's last connection
//   <device>/<process>/<connection> that of a connection; with " <time in s>": a hold until then
// A client without a name for its device has the device "".
//
// A stream id with a lower count and a later time than `last` belongs to another history
// (replay_script.cc): it proves nothing about this one and is not stored. Any other stream id above
// `last` is stored as `last`.
#include "redis_schema/redis_scripts.h"

namespace hermod {

const char kCursorPrologue[] = R"lua(
local function parse(id)
  local a, b = string.match(id or '', '^(%d+)%-(%d+)')
  if a and #a < 16 and #b < 16 then return tonumber(a), tonumber(b) end
end

local function above(a_ms, a_count, b_ms, b_count)
  return a_ms > b_ms or (a_ms == b_ms and a_count > b_count)
end

local function held_until(value)
  return tonumber(string.match(value, ' (%d+)$') or nil)
end

-- The device of a field, and whether the field is a connection's.
local function device_of(field)
  local device, rest = string.match(field, '^([^/]*)/(.*)$')
  if not device then return field, false end
  return device, rest ~= ''
end

local function read_fields(acked)
  local all, fields = redis.pcall('HGETALL', acked), {}
  if all.err then return nil, all.err end
  for i = 1, #all, 2 do fields[all[i]] = all[i + 1] end
  return fields
end

-- The field of the highest hold of a device, and the number of its holds.
local function highest_hold(fields, device)
  local highest, top_ms, top_count, holds = nil, -1, -1, 0
  for field, value in pairs(fields) do
    local of, connection = device_of(field)
    if connection and of == device and held_until(value) then
      local ms, count = parse(value)
      holds = holds + 1
      if above(ms or 0, count or 0, top_ms, top_count) then
        highest, top_ms, top_count = field, ms or 0, count or 0
      end
    end
  end
  return highest, holds
end
)lua";

// An acknowledgement of `last` needs no comparison: no position can be higher.
const char kAckScript[] = R"lua(
local acked, life, hold_s = KEYS[1], ARGV[1], tonumber(ARGV[2])
local holds_max = tonumber(ARGV[3])
local stored = redis.call('MGET', KEYS[2], KEYS[3])
local last, mark = stored[1], stored[2]
local last_ms, last_count = parse(last)
local newest

local function is_below(value, ms, count)
  local old_ms, old_count = parse(value)
  return not old_ms or above(ms, count, old_ms, old_count) or
    (last_ms and above(old_ms, old_count, last_ms, last_count))
end

local function set(...)
  redis.call('HSET', acked, ...)
end

local function end_connection(kind, device, field, id)
  local value = redis.call('HGET', acked, field)
  local ms, count = parse(id)
  if kind == 'l' and value and ms and held_until(value) and is_below(value, ms, count) then
    redis.call('HSET', acked, field, id .. ' ' .. held_until(value))
  elseif kind == 'c' or (kind == 'h' and hold_s == 0) then
    redis.call('HDEL', acked, field)
  elseif kind == 'h' and (value or ms) then
    if ms and is_below(value, ms, count) then value = id end
    local now = redis.call('TIME')[1]
    value = string.match(value, '^[^ ]+') .. ' ' .. string.format('%.0f', now + hold_s)
    set(field, value)
    local highest, holds = highest_hold(read_fields(acked), device)
    if holds > holds_max then redis.call('HDEL', acked, highest) end
  end
end

for i = 4, #ARGV, 4 do
  local kind, device, field, id = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local ms, count = parse(id)
  if ms and last_ms and above(ms, count, last_ms, last_count) then
    if count < last_count then ms, id = nil, '' else ms, count, id = last_ms, last_count, last end
  end
  if kind ~= 'o' and field ~= '' then end_connection(kind, device, field, id) end
  if kind ~= 'o' or field == '' then field = '' end
  if ms and id == last then
    newest = id
    if device ~= '' and field ~= '' then
      set('', id, device, id, field, id)
    elseif field ~= '' or device ~= '' then
      set('', id, field ~= '' and field or device, id)
    else
      set('', id)
    end
  elseif ms then
    local old = redis.pcall('HMGET', acked, '', device, field)
    if old.err then return old end
    if is_below(old[1], ms, count) then set('', id) newest = id end
    if device ~= '' and is_below(old[2], ms, count) then set(device, id) end
    if field ~= '' and is_below(old[3], ms, count) then
      set(field, id)
    elseif field ~= '' and held_until(old[3]) then -- by others, who took the process for dead
      set(field, (string.match(old[3], '^[^ ]+')))
    end
  end
end
redis.call('EXPIRE', acked, life)
if mark and newest then redis.call('SET', KEYS[3], newest, 'XX', 'KEEPTTL') end
return 1
)lua";

// The connections of a dead process become holds.
const char kHoldScript[] = R"lua(
local fields, err = read_fields(KEYS[1])
if err then return redis.error_reply(err) end
local infix = '/' .. ARGV[1] .. '/'
local now, hold_s = redis.call('TIME')[1], tonumber(ARGV[2])
for field, value in pairs(fields) do
  if string.find(field, infix, 1, true) and not held_until(value) then
    if hold_s == 0 then
      redis.call('HDEL', KEYS[1], field)
    else
      redis.call('HSET', KEYS[1], field, value .. ' ' .. string.format('%.0f', now + hold_s))
    end
  end
end
return 1
)lua";

}  // namespace hermod
