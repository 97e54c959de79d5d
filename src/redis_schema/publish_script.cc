// Redis rolls nothing back, so the script undoes what it did for a record if a later command of this
// record fails. It stores the hash of the event id, appends the message, stores its stream id, and
// publishes last. A failure before that is undone and stops the batch, so that the batch can be
// repeated. If only the publication fails, that is reported, and the history has the message.
//
// The hashes of a user are in two sets, one for each parity of the period in which the event was
// routed. A period is IDEMPOTENCY_TTL_SECONDS long, and a set expires two periods after the beginning
// of its own, just before the set of the next period with this parity begins. SADD detects a repeat
// of the current period and stores the hash in one command.
#include "redis_schema/redis_scripts.h"

namespace hermod {

const char kPublishScript[] = R"lua(
-- Whether the events of this call were routed in the period before, or an error.
local repeats
if records == 1 then
  repeats = {redis.pcall('SISMEMBER', routed_before, ARGV[8])}
  if failed(repeats[1]) then repeats = repeats[1] end
else
  repeats = redis.pcall('SMISMEMBER', routed_before, unpack(ARGV, 8, 7 + records))
  if failed(repeats) and string.find(repeats.err, 'nknown', 1, true) then -- Redis before 6.2
    repeats = {}
    for i = 1, records do
      repeats[i] = redis.pcall('SISMEMBER', routed_before, ARGV[7 + i])
      if failed(repeats[i]) then
        repeats = repeats[i]
        break
      end
    end
  end
end

local function store_last(seen, id)
  local reply = redis.pcall('SET', last_key, id, 'EX', last_s)
  if failed(reply) then return reply.err end
  if not seen then return end
  reply = redis.pcall('SET', seen, '1', 'EX', math.min(600, routed_s))
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

local function route(i, text, trace)
  local hash, seen = ARGV[7 + i], KEYS[5 + i]
  if repeats.err then return nil, repeats.err end
  if repeats[i] == 1 then return 'p' end
  local reply = redis.pcall('SADD', routed, hash)
  local err = failed(reply)
  if err then return nil, err end
  if reply == 0 then return 'p' end
  if not lasts then
    reply = redis.pcall('TTL', routed)
    if not failed(reply) and reply < routed_s then
      reply = redis.pcall('EXPIREAT', routed, string.format('%.0f', (period + 2) * routed_s))
    end
    err = failed(reply)
    lasts = not err
  end
  if seen and not err then
    reply = redis.pcall('EXISTS', seen)
    if reply == 1 then return 'p' end
    err = failed(reply)
  end
  if not ms and not err then err = find_last() end
  local id, at
  if not err then
    id, at = append(text, trace)
    if not id then err = at end
  end
  if not err then
    err = store_last(seen, id)
    if err then redis.pcall('XDEL', stream, id) end
  end
  if err then
    redis.pcall('SREM', routed, hash)
    return nil, err
  end
  ms, count, last, appended = at, count + 1, id, true
  err = publish(id, text, trace)
  if err then return 'u', err end
  return 'r'
end

local stopped = ''
for i = 1, records do
  local letter, err = route(i, ARGV[7 + records + i], ARGV[7 + 2 * records + i] or '')
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
  elseif acked and (acked > base or #acked > #base) then
    local a, b = string.match(acked, '^(%d+)%-(%d+)$')
    a, b = tonumber(a), tonumber(b)
    if a and (a > base_ms or (a == base_ms and b > base_count)) then
      redis.pcall('SET', mark, string.format('%.0f-%.0f', base_ms, base_count), 'EX', last_s)
    end
  end
end
letters = table.concat(letters)
if stopped == '' and #words == 0 and note == '' then return letters end
if note ~= '' then words[#words + 1] = note end
return {letters, stopped, unpack(words)}
)lua";

}  // namespace hermod
