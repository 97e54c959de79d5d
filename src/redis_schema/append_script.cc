// The script numbers the stream ids itself instead of using '*', so that the counts of a user have
// no gaps: the time is Redis' own and never goes back, and the count is the last one plus one.
// `last` outlives the stream; without it, the newest entry of the stream is used. A history that
// starts, or starts again after Redis lost its data, starts one millisecond ahead of the time, so
// that its first id is above those that the lost history assigned in this millisecond.
//
// Unexpected values in a user's keys, from other programs or from a clock that was ahead, must not
// block the step. A `last` that is not a stream id, or is more than a minute later than Redis'
// time, is ignored. Entries that late are renumbered in their order with Redis' time (renumber),
// and the positions with them.
#include "redis_schema/redis_scripts.h"

namespace hermod {

const char kAppendScript[] = R"lua(
local stream, last_key, acked = KEYS[1], KEYS[2], KEYS[3]
local command, channel, pos = ARGV[1], ARGV[2], ARGV[3]
local entries_max, stream_ms, last_s, routed_s = ARGV[4], ARGV[5], ARGV[6], tonumber(ARGV[7])
local keeps_hash, records = ARGV[8] ~= '', tonumber(ARGV[9])
local call = redis.pcall
local time = redis.call('TIME')
local now = time[1] * 1000
local period = math.floor(now / 1000 / routed_s)
now = now + math.floor(time[2] / 1000)
local latest = now + 60000
local routed, routed_before = KEYS[4 + period % 2], KEYS[5 - period % 2]
local ms, count, last
local letters, words = {}, {}
local appended, note = false, ''

local function failed(reply)
  return type(reply) == 'table' and reply.err
end

local function parse(id)
  local a, b = string.match(id or '', '^(%d+)%-(%d+)$')
  if not a or #a > 15 or #b > 15 then return end
  a = tonumber(a)
  if a <= latest then return a, tonumber(b) end
end

local function find_last()
  local value = call('GET', last_key)
  if failed(value) then return value.err end
  last = value
  ms, count = parse(value)
  if not ms then
    if value then note = 'the last stream id was invalid' end
    local top = call('XREVRANGE', stream, string.format('%.0f', latest), '-', 'COUNT', 1)
    if failed(top) then return top.err end
    if top[1] then ms, count = parse(top[1][1]) end
    if not ms then ms, count = now + 1, 0 end
  end
end

-- An entry with a hash always has a trace, because the fields are read by their position.
local function add(id, text, trace, hash)
  if hash then
    return call('XADD', stream, 'MAXLEN', '=', entries_max, id, 'text', text, 'trace', trace,
      'hash', hash)
  end
  if not trace or trace == '' then
    return call('XADD', stream, 'MAXLEN', '=', entries_max, id, 'text', text)
  end
  return call('XADD', stream, 'MAXLEN', '=', entries_max, id, 'text', text, 'trace', trace)
end

local function append(text, trace, hash)
  local at = math.max(now, ms)
  local reply = add(string.format('%.0f-%.0f', at, count + 1), text, trace, hash)
  local err = failed(reply)
  if not err then return reply, at end
  if not string.find(err, 'equal or smaller', 1, true) and not string.find(err, 'exhausted', 1, true) then
    return nil, err
  end
  local info = call('XINFO', 'STREAM', stream)
  local newest
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then newest = info[i + 1] end
  end
  local newest_ms = parse(newest)
  if newest_ms then
    at = newest_ms + 1
  else
    -- Defined here because it runs rarely, and each definition costs time in each call.
    local function renumber(newest)
      local function split(id)
        local a, b = string.match(id or '', '^(%d+)%-(%d+)$')
        return tonumber(a), tonumber(b)
      end
      local function id_of(id_ms, id_count)
        return string.format('%.0f-%.0f', id_ms, id_count)
      end
      local reply = call('XSETID', stream, newest) -- changes nothing; tests the right
      if failed(reply) then return reply.err end
      call('XTRIM', stream, 'MAXLEN', '=', entries_max)
      local late = call('XRANGE', stream, string.format('%.0f', latest + 1), '+')
      if failed(late) then return late.err end
      for _, entry in ipairs(late) do call('XDEL', stream, entry[1]) end
      local top = call('XREVRANGE', stream, '+', '-', 'COUNT', 1)
      if top[1] then ms = math.max(ms, (split(top[1][1])) + 1) end
      local _, first = split(late[1] and late[1][1])
      if first and first < 1e12 then count = math.max(count, first - 1) end
      ms = math.max(now, ms)
      reply = call('XSETID', stream, id_of(ms, count))
      if failed(reply) and string.find(reply.err, 'max_deleted', 1, true) then
        -- Valkey 8 does not lower the last id below a deleted one. The entries are appended again.
        local kept = call('XRANGE', stream, '-', '+')
        reply = call('PEXPIRE', stream, 0)
        for _, entry in ipairs(kept) do
          if not failed(reply) then reply = call('XADD', stream, entry[1], unpack(entry[2])) end
        end
      end
      local positions = call('HGETALL', acked)
      local moved = {}
      for _, entry in ipairs(late) do
        if failed(reply) then return reply.err end
        local a, b = split(entry[1])
        count = count + 1
        for i = 2, failed(positions) and 0 or #positions, 2 do
          local c, d = split(string.match(positions[i], '^[^ ]*'))
          if c and (c > a or (c == a and d >= b)) then
            moved[positions[i - 1]] = id_of(ms, count) .. (string.match(positions[i], ' .*$') or '')
          end
        end
        reply = add(id_of(ms, count), entry[2][2], entry[2][4], entry[2][6])
      end
      for field, value in pairs(moved) do call('HSET', acked, field, value) end
      note = #late .. ' stream ids were later than the current time and were renumbered'
      return failed(reply)
    end
    err = renumber(newest)
    if err then return nil, err end
    at = ms
  end
  reply = add(string.format('%.0f-%.0f', at, count + 1), text, trace, hash)
  if failed(reply) then return nil, reply.err end
  return reply, at
end
)lua";

}  // namespace hermod
