// The first page of a connection begins at the lowest position of its device and of the device's
// other connections, open or held, and discharges the highest hold: so n connections that ended are
// covered for n that return. Messages that were routed since the connection began follow in any
// case, even if another connection has confirmed them already.
//
// A position above `last` says nothing, since acknowledgements do not exceed it: another program
// wrote it, or a clock was ahead.
//
// A connection that looks open, but has not confirmed what others confirmed for the lifetime of a
// hold, belongs to a process that died.
#include "redis_schema/redis_scripts.h"

namespace hermod {

const char kBeginScript[] = R"lua(
local function begin_position(acked, mark, stream, last_ms, last_count, now)
  local device, field, life = ARGV[7], ARGV[8], ARGV[9]
  local devices_max, ago = tonumber(ARGV[10]), tonumber(ARGV[11])
  local now_s, hold_ms = math.floor(now / 1000), tonumber(ARGV[2]) or 0
  local forgotten = 0
  local user_ms, user_count

  local function is_void(ms, count)
    return last_ms and above(ms, count, last_ms, last_count)
  end

  -- Others have confirmed a message that the connection has not confirmed for the life of a hold.
  local function is_left(ms, count)
    if not above(user_ms, user_count, ms, count) then return false end
    local from = string.format('%.0f-%.0f', ms, count + 1)
    local next_entry = redis.pcall('XRANGE', stream, from, '+', 'COUNT', 1)[1]
    local next_ms = parse(next_entry and next_entry[1])
    return not next_ms or next_ms < now - hold_ms
  end

  local fields, err = read_fields(acked)
  if err and not string.find(err, 'WRONGTYPE', 1, true) then return nil, err end
  local readable = not err
  fields = fields or {}
  user_ms, user_count = parse(fields[''])
  local old_ms, old_count = parse(mark)
  if old_ms and (not user_ms or above(old_ms, old_count, user_ms, user_count)) then
    user_ms, user_count = old_ms, old_count
  end
  if not user_ms or is_void(user_ms, user_count) then user_ms, user_count = 0, 0 end
  local ms, count = parse(device ~= '' and fields[device])
  if not ms or is_void(ms, count) then ms, count = user_ms, user_count end

  local own = field ~= '' and fields[field]
  if own then
    local a, b = parse(own)
    if a and not is_void(a, b) then ms, count = a, b end
  elseif field ~= '' then
    local gone = {}
    for name, value in pairs(fields) do
      local of, connection = device_of(name)
      if connection and of == device then
        local a, b = parse(value)
        a, b = a or 0, b or 0
        local expires = held_until(value)
        if (expires and expires < now_s) or (not expires and is_left(a, b)) then
          gone[#gone + 1] = name
        elseif above(ms, count, a, b) then
          ms, count = a, b
        end
      end
    end
    for _, name in ipairs(gone) do fields[name] = nil end
    local highest = highest_hold(fields, device)
    if highest then gone[#gone + 1] = highest end
    if #gone > 0 then redis.pcall('HDEL', acked, unpack(gone)) end
  end

  local since = tonumber(ARGV[5]) or (ago and now - ago + 1)
  if since and ms >= since then
    local first = redis.pcall('XRANGE', stream, string.format('%.0f', since), '+', 'COUNT', 1)
    local a, b = parse(first[1] and first[1][1])
    if a and not above(a, b, ms, count) then ms, count = a, b - 1 end
  end

  if field ~= '' and not own and readable then
    if device ~= '' and not fields[device] then
      local devices, connected, oldest, oldest_ms, oldest_count = 0, {}, nil, nil, nil
      for name, value in pairs(fields) do
        local of, connection = device_of(name)
        if connection and not held_until(value) then connected[of] = true end
      end
      for name, value in pairs(fields) do
        if name ~= '' and not string.find(name, '/', 1, true) then
          devices = devices + 1
          local a, b = parse(value)
          a, b = math.max(tonumber(fields[name .. '/']) or 0, a or 0), b or 0
          if not connected[name] and (not oldest or above(oldest_ms, oldest_count, a, b)) then
            oldest, oldest_ms, oldest_count = name, a, b
          end
        end
      end
      if devices >= devices_max and oldest then
        for name in pairs(fields) do
          if device_of(name) == oldest then redis.pcall('HDEL', acked, name) end
        end
        forgotten = 1
      end
    end
    local position = string.format('%.0f-%.0f', ms, count)
    -- While Redis is full or read-only, the page is returned all the same. The first acknowledgement
    -- of the connection stores its position then.
    local words = {field, position}
    if device ~= '' then
      if not fields[device] then words[3], words[4] = device, position end
      words[#words + 1], words[#words + 2] = device .. '/', string.format('%.0f', now)
    end
    if type(redis.pcall('HSET', acked, unpack(words))) == 'number' then
      redis.call('EXPIRE', acked, life)
    end
  end
  if ms == 0 and count == 0 then return '', forgotten end
  return string.format('%.0f-%.0f', ms, count), forgotten
end
)lua";

}  // namespace hermod
