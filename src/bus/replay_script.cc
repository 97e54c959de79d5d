#include "bus/redis_scripts.h"

namespace hermod {

// A mark above `last` is left over from before Redis lost its data: it counts as none. Entries are
// read in small steps, so that a page of large texts does not copy what it cannot hand out.
const char kReplayScript[] = R"lua(
local stream = KEYS[1]
local after, age = ARGV[1], ARGV[2]
local entries_max, bytes_max = tonumber(ARGV[3]), tonumber(ARGV[4])

local function parse(id)
  local a, b = string.match(id or '', '^(%d+)%-(%d+)$')
  return tonumber(a), tonumber(b)
end

local function wrong_type(reply)
  return type(reply) == 'table' and reply.err and string.find(reply.err, 'WRONGTYPE', 1, true)
end

local function get(key)
  local value = redis.pcall('GET', key)
  if wrong_type(value) then return '' end
  if type(value) == 'table' then return nil, value end
  if not parse(value) then return '' end
  return value
end

local last, err = get(KEYS[2])
if err then return err end
if last == '' then
  local top = redis.pcall('XREVRANGE', stream, '+', '-', 'COUNT', 1)
  if wrong_type(top) then return {after, '', 0, top.err} end
  if top.err then return top end
  if top[1] then last = top[1][1] end
end
local last_ms, last_count = parse(last)

if after == '' then
  after, err = get(KEYS[3])
  if err then return err end
  local ms, count = parse(after)
  if ms and (not last_ms or ms > last_ms or (ms == last_ms and count > last_count)) then after = '' end
end

local ms, count = parse(after)
if ms then count = count + 1 else ms, count = 0, 0 end
if age ~= '' then
  local time = redis.call('TIME')
  local oldest = time[1] * 1000 + math.floor(time[2] / 1000) - tonumber(age) + 1
  local since = tonumber(ARGV[5])
  if since and since < oldest then oldest = since end
  if oldest > ms then ms, count = oldest, 0 end
end

local page = {after, last, 0, ''}
local entries, bytes = 0, 0
while true do
  local asked = math.min(8, entries_max - entries + 1)
  local from = string.format('%.0f-%.0f', ms, count)
  local chunk = redis.pcall('XRANGE', stream, from, '+', 'COUNT', asked)
  if wrong_type(chunk) then page[4] = chunk.err; return page end
  if chunk.err then return chunk end
  for _, entry in ipairs(chunk) do
    local text = entry[2][2] or ''
    if entries >= entries_max or (entries > 0 and bytes + #text > bytes_max) then
      page[3] = 1
      return page
    end
    page[#page + 1] = entry[1]
    page[#page + 1] = text
    page[#page + 1] = entry[2][4] or ''
    entries, bytes = entries + 1, bytes + #text
    ms, count = parse(entry[1])
    count = count + 1
  end
  if #chunk < asked then return page end
end
)lua";

const char kMarkScript[] = R"lua(
local function parse(id)
  local a, b = string.match(id or '', '^(%d+)%-(%d+)$')
  return tonumber(a), tonumber(b)
end
local old = redis.pcall('GET', KEYS[1])
if type(old) == 'table' then return old end
local ms, count = parse(old)
local new_ms, new_count = parse(ARGV[1])
if ms and (ms > new_ms or (ms == new_ms and count >= new_count)) then
  redis.call('EXPIRE', KEYS[1], ARGV[2])
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
)lua";

}  // namespace hermod
