#include "redis_schema/redis_scripts.h"

namespace hermod {

// If the ack cursor is above `last`, there is nothing to replay; RedisDataCheck detects whether
// Redis lost data. Ids that are more than a minute later than Redis' time are ignored
// (publish_script.cc), unless `last` and the stream agree on them: then a clock was ahead. Entries
// are read in small steps, so that a page of large messages does not copy more than it returns. An
// entry that is too large for a reply is skipped.
//
// A requested stream id that is later than `last` but has a lower count belongs to a history that
// continued elsewhere: before Redis failed over to a server that lacks its end and whose clock is
// behind. The client has not seen the entries with a higher count, whatever their time.
const char kReplayScript[] = R"lua(
local stream = KEYS[1]
local after, age = ARGV[1], ARGV[2]
local entries_max, bytes_max = tonumber(ARGV[3]), tonumber(ARGV[4])

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local latest = now + 60000
local text_max, trace_max, hash_max = 33554432, 256, 20

local function parse(id)
  local a, b = string.match(id or '', '^(%d+)%-(%d+)$')
  if a and #a < 16 and #b < 16 then return tonumber(a), tonumber(b) end
end

local function above(a_ms, a_count, b_ms, b_count)
  return a_ms > b_ms or (a_ms == b_ms and a_count > b_count)
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
local revoked = redis.pcall('GET', KEYS[4])
revoked = type(revoked) == 'string' and revoked or ''
local last_ms, last_count = parse(last)
if last_ms and last_ms > latest then
  local top = redis.pcall('XREVRANGE', stream, '+', '-', 'COUNT', 1)
  if top[1] and top[1][1] == last then latest = last_ms end
end
if not last_ms or last_ms > latest then
  local top = redis.pcall('XREVRANGE', stream, string.format('%.0f', latest), '-', 'COUNT', 1)
  if wrong_type(top) then return {after, '', 0, top.err, revoked} end
  if top.err then return top end
  last_ms, last_count = parse(top[1] and top[1][1])
  last = last_ms and top[1][1] or ''
end

if after == '' then
  after, err = get(KEYS[3])
  if err then return err end
  local ms, count = parse(after)
  if ms and (not last_ms or above(ms, count, last_ms, last_count)) then after = last end
end

local ms, count = parse(after)
local seen_count = 0
if ms and last_ms and ms > last_ms and count < last_count then
  ms, count, seen_count = 0, 0, count
elseif ms then
  count = count + 1
else
  ms, count = 0, 0
end
if age ~= '' then
  local oldest = now - tonumber(age) + 2
  local since = tonumber(ARGV[5])
  if since and since < oldest then oldest = since end
  if oldest > ms then ms, count = oldest, 0 end
end

local page = {after, last, 0, '', revoked}
local entries, bytes = 0, 0
while true do
  local asked = math.min(8, entries_max - entries + 1)
  local from = string.format('%.0f-%.0f', ms, count)
  local chunk = redis.pcall('XRANGE', stream, from, string.format('%.0f', latest), 'COUNT', asked)
  if wrong_type(chunk) then page[4] = chunk.err; return page end
  if chunk.err then return chunk end
  for _, entry in ipairs(chunk) do
    local text, trace, hash = entry[2][2] or '', entry[2][4] or '', entry[2][6] or ''
    ms, count = parse(entry[1])
    if not ms then return page end
    if count > seen_count and #text <= text_max then
      if entries >= entries_max or (entries > 0 and bytes + #text > bytes_max) then
        page[3] = 1
        return page
      end
      page[#page + 1] = entry[1]
      page[#page + 1] = text
      page[#page + 1] = #trace <= trace_max and trace or ''
      page[#page + 1] = #hash <= hash_max and hash or ''
      entries, bytes = entries + 1, bytes + #text
    end
    count = count + 1
  end
  if #chunk < asked then return page end
end
)lua";

// A stream id with a lower count and a later time than `last` belongs to another history, as above:
// it proves nothing about this one and is not stored. Any other stream id above `last` is stored as
// `last`.
const char kAckScript[] = R"lua(
local stored = redis.call('MGET', KEYS[1], KEYS[2])
local old, last, new = stored[1], stored[2], ARGV[1]
if not old then
  old = redis.pcall('GET', KEYS[1])
  if type(old) == 'table' then return old end
end
if new ~= last then
  local function parse(id)
    local a, b = string.match(id or '', '^(%d+)%-(%d+)$')
    if a and #a < 16 and #b < 16 then return tonumber(a), tonumber(b) end
  end
  local function above(a_ms, a_count, b_ms, b_count)
    return a_ms > b_ms or (a_ms == b_ms and a_count > b_count)
  end
  local new_ms, new_count = parse(new)
  if not new_ms then return 0 end
  local ms, count = parse(old)
  local last_ms, last_count = parse(last)
  if last_ms and above(new_ms, new_count, last_ms, last_count) then
    if new_count < last_count then return 0 end
    new, ms = last, nil
  elseif last_ms and ms and above(ms, count, last_ms, last_count) then
    new, ms = last, nil
  end
  if ms and not above(new_ms, new_count, ms, count) then
    redis.call('EXPIRE', KEYS[1], ARGV[2])
    return 0
  end
end
redis.call('SET', KEYS[1], new, 'EX', ARGV[2])
return 1
)lua";

}  // namespace hermod
