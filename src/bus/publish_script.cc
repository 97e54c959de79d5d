// Redis rolls nothing back, hence the order: a text is appended first, remembered second, published
// last. What fails before "remembered" is undone and stops the batch, so that it can be tried again
// as if it had never been; what fails after it is said, and history has it.
//
// Stream ids are numbered by the script, not by Redis ('*'), so that a user's counts have no gaps:
// the time is Redis' own, never before the last one; the count is the last one plus one. `last`
// outlives the stream, and where it is gone the stream's newest entry is used. A history that
// begins, or begins again after Redis lost its data, begins a millisecond ahead of the time, so
// that its first id is above those that the lost history had in this very millisecond.
//
// What other programs, or a clock that was ahead, left under a user's keys must not stop the step.
// A `last` that is no stream id, or is later than Redis' time plus a minute, is ignored. Entries
// that late are numbered again, in their order, with Redis' time (renumber). An acknowledged
// position above `last` is lowered to it, since it would hide the messages to come.
#include "bus/redis_scripts.h"

namespace hermod {

const char kPublishScript[] = R"lua(
local stream, last_key, mark = KEYS[1], KEYS[2], KEYS[3]
local channel, pos = ARGV[1], ARGV[2]
local entries_max, stream_ms, last_s, seen_s = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local latest = now + 60000
local ms, count, last
local base_ms, base_count
local letters, words = {}, {}
local appended, note = false, ''

local function failed(reply)
  return type(reply) == 'table' and reply.err
end

local function split(id)
  local a, b = string.match(id or '', '^(%d+)%-(%d+)$')
  return tonumber(a), tonumber(b), a and #a < 16 and #b < 16
end

local function parse(id)
  local a, b, exact = split(id)
  if exact and a <= latest then return a, b end
end

local function above(a_ms, a_count, b_ms, b_count)
  return a_ms > b_ms or (a_ms == b_ms and a_count > b_count)
end

local function id_of(id_ms, id_count)
  return string.format('%.0f-%.0f', id_ms, id_count)
end

local function find_last()
  local value = redis.pcall('GET', last_key)
  if failed(value) then return value.err end
  last = value
  ms, count = parse(value)
  if not ms then
    if value then note = 'its last stream id was no valid one' end
    local top = redis.pcall('XREVRANGE', stream, string.format('%.0f', latest), '-', 'COUNT', 1)
    if failed(top) then return top.err end
    if top[1] then ms, count = parse(top[1][1]) end
    if not ms then ms, count = now + 1, 0 end
  end
  base_ms, base_count = ms, count
end

local function newest_id()
  local info = redis.pcall('XINFO', 'STREAM', stream)
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then return info[i + 1] end
  end
end

local function add(id, text, trace)
  if not trace or trace == '' then
    return redis.pcall('XADD', stream, 'MAXLEN', '=', entries_max, id, 'text', text)
  end
  return redis.pcall('XADD', stream, 'MAXLEN', '=', entries_max, id, 'text', text, 'trace', trace)
end

local function renumber(newest)
  local reply = redis.pcall('XSETID', stream, newest) -- changes nothing: may it be done?
  if failed(reply) then return reply.err end
  redis.pcall('XTRIM', stream, 'MAXLEN', '=', entries_max)
  local late = redis.pcall('XRANGE', stream, string.format('%.0f', latest + 1), '+')
  if failed(late) then return late.err end
  for _, entry in ipairs(late) do redis.pcall('XDEL', stream, entry[1]) end
  local top = redis.pcall('XREVRANGE', stream, '+', '-', 'COUNT', 1)
  if top[1] then ms = math.max(ms, (split(top[1][1])) + 1) end
  local _, first, exact = split(late[1] and late[1][1])
  if exact and first < 1e12 then count = math.max(count, first - 1) end
  ms = math.max(now, ms)
  reply = redis.pcall('XSETID', stream, id_of(ms, count))
  local value = redis.pcall('GET', mark)
  local mark_ms, mark_count = split(not failed(value) and value)
  local acked
  for _, entry in ipairs(late) do
    if failed(reply) then return reply.err end
    local a, b = split(entry[1])
    count = count + 1
    if mark_ms and not above(a, b, mark_ms, mark_count) then acked = id_of(ms, count) end
    reply = add(id_of(ms, count), entry[2][2], entry[2][4])
  end
  if acked then redis.pcall('SET', mark, acked, 'EX', last_s) end
  base_ms, base_count = ms, count
  note = #late .. ' of its stream ids were later than the time and are numbered again'
  return failed(reply)
end

local function append(text, trace)
  local at = math.max(now, ms)
  local reply = add(id_of(at, count + 1), text, trace)
  local err = failed(reply)
  if not err then return reply, at end
  if not string.find(err, 'equal or smaller', 1, true) and not string.find(err, 'exhausted', 1, true) then
    return nil, err
  end
  local newest = newest_id()
  local newest_ms = parse(newest)
  if newest_ms then
    at = newest_ms + 1
  else
    err = renumber(newest)
    if err then return nil, err end
    at = ms
  end
  reply = add(id_of(at, count + 1), text, trace)
  if failed(reply) then return nil, reply.err end
  return reply, at
end

local function remember(seen, id)
  local reply = redis.pcall('SET', last_key, id, 'EX', last_s)
  if failed(reply) then return reply.err end
  reply = redis.pcall('SET', seen, '1', 'EX', seen_s)
  if not failed(reply) then return end
  if last then redis.pcall('SET', last_key, last, 'EX', last_s) else redis.pcall('DEL', last_key) end
  return reply.err
end

local function publish(id, text, trace)
  if trace ~= '' then redis.pcall('PUBLISH', pos, trace) end
  local reply = redis.pcall('PUBLISH', pos, id)
  if failed(reply) then return reply.err end
  reply = redis.pcall('PUBLISH', channel, text)
  if failed(reply) then
    redis.pcall('PUBLISH', pos, '')
    return reply.err
  end
end

local function route(seen, text, trace)
  local known = redis.pcall('EXISTS', seen)
  if failed(known) then return nil, known.err end
  if known == 1 then return 'p' end
  if not ms then
    local err = find_last()
    if err then return nil, err end
  end
  local id, at = append(text, trace)
  if not id then return nil, at end
  local err = remember(seen, id)
  if err then
    redis.pcall('XDEL', stream, id)
    return nil, err
  end
  ms, count, last, appended = at, count + 1, id, true
  err = publish(id, text, trace)
  if err then return 'u', err end
  return 'r'
end

local stopped = ''
local records = #KEYS - 3
for i = 1, records do
  local letter, err = route(KEYS[3 + i], ARGV[6 + i], ARGV[6 + records + i] or '')
  if not letter then
    if not string.find(err, '^WRONGTYPE') and not string.find(err, '^CROSSSLOT') then
      stopped = err
      break
    end
    letter = 'x'
  end
  letters[#letters + 1] = letter
  if err then words[#words + 1] = err end
end
if appended then
  redis.pcall('PEXPIRE', stream, stream_ms)
  local acked = redis.pcall('GETEX', mark, 'EX', last_s)
  if failed(acked) then
    redis.pcall('EXPIRE', mark, last_s)
  else
    local acked_ms, acked_count = split(acked)
    if acked_ms and above(acked_ms, acked_count, base_ms, base_count) then
      redis.pcall('SET', mark, id_of(base_ms, base_count), 'EX', last_s)
    end
  end
end
letters = table.concat(letters)
if stopped == '' and #words == 0 and note == '' then return letters end
if note ~= '' then words[#words + 1] = note end
return {letters, stopped, unpack(words)}
)lua";

}  // namespace hermod
