#include "redis_schema/redis_scripts.h"

namespace hermod {

// If the requested stream id is above `last`, there is nothing to replay; RedisDataCheck detects
// whether Redis lost data. Ids that are more than a minute later than Redis' time are ignored
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
local revoked = redis.pcall('GET', KEYS[5])
revoked = type(revoked) == 'string' and revoked or ''
local last_ms, last_count = parse(last)
if last_ms and last_ms > latest then
  local top = redis.pcall('XREVRANGE', stream, '+', '-', 'COUNT', 1)
  if top[1] and top[1][1] == last then latest = last_ms end
end
if not last_ms or last_ms > latest then
  local top = redis.pcall('XREVRANGE', stream, string.format('%.0f', latest), '-', 'COUNT', 1)
  if wrong_type(top) then return {after, '', 0, top.err, revoked, 0, {}} end
  if top.err then return top end
  last_ms, last_count = parse(top[1] and top[1][1])
  last = last_ms and top[1][1] or ''
end

local forgotten = 0
if after == '' then
  local mark
  mark, err = get(KEYS[4])
  if err then return err end
  after, forgotten = begin_position(KEYS[3], mark, stream, last_ms, last_count, now)
  if not after then return redis.error_reply(forgotten) end
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

local viewed = ARGV[6] ~= '' and redis.pcall('ZRANGE', KEYS[6], 0, -1) or {}
if viewed.err then viewed = {} end
local page = {after, last, 0, '', revoked, forgotten, viewed}
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

}  // namespace hermod
