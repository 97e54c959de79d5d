// Redis rolls nothing back, hence the order: a text is appended first, remembered second, published
// last. What fails before "remembered" is undone and stops the batch, so that it can be tried again
// as if it had never been; what fails after it is said, and history has it.
//
// Places are numbered by the script, not by Redis ('*'), so that a user's counts have no gaps: the
// time is Redis' own, never before the last one; the count is the last one plus one. `last`
// outlives the stream, and where it is gone the stream's newest entry stands in.
#include "bus/redis_scripts.h"

namespace hermod {

const char kPublishScript[] = R"lua(
local stream, last_key, mark = KEYS[1], KEYS[2], KEYS[3]
local channel, pos = ARGV[1], ARGV[2]
local entries_max, stream_ms, last_s, seen_s = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ms, count, last
local letters, words = {}, {}
local appended = false

local function failed(reply)
  return type(reply) == 'table' and reply.err
end

local function parse(id)
  local a, b = string.match(id or '', '^(%d+)%-(%d+)$')
  return tonumber(a), tonumber(b)
end

local function find_last()
  local value = redis.pcall('GET', last_key)
  if failed(value) then return value.err end
  last = value
  ms, count = parse(value)
  if ms then return end
  local top = redis.pcall('XREVRANGE', stream, '+', '-', 'COUNT', 1)
  if failed(top) then return top.err end
  ms, count = 0, 0
  if top[1] then ms, count = parse(top[1][1]) end
end

local function top_ms()
  local info = redis.pcall('XINFO', 'STREAM', stream)
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then return (parse(info[i + 1])) end
  end
end

local function append(text, trace)
  local at = math.max(now, ms)
  local reply
  for attempt = 1, 2 do
    local id = string.format('%.0f-%.0f', at, count + 1)
    if trace == '' then
      reply = redis.pcall('XADD', stream, 'MAXLEN', '=', entries_max, id, 'text', text)
    else
      reply = redis.pcall('XADD', stream, 'MAXLEN', '=', entries_max, id, 'text', text, 'trace', trace)
    end
    if not failed(reply) then return id, at end
    if not string.find(reply.err, 'equal or smaller', 1, true) then break end
    local top = top_ms()
    if not top then break end
    at = top + 1
  end
  return nil, reply.err
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
    if not string.find(err, 'WRONGTYPE', 1, true) then
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
  redis.pcall('EXPIRE', mark, last_s)
end
letters = table.concat(letters)
if stopped == '' and #words == 0 then return letters end
return {letters, stopped, unpack(words)}
)lua";

}  // namespace hermod
