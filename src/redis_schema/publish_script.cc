// Redis rolls nothing back, so the script undoes what it did for a record if a later command of
// this record fails. It stores the hash of the event id, appends the message, stores its stream id,
// and publishes last. A failure before that is undone and stops the batch, so that the batch can be
// repeated. If only the publication fails, that is reported, and the history has the message.
//
// The hashes of a user are in two sets, one for each parity of the period in which the event was
// routed. A period is IDEMPOTENCY_TTL_SECONDS long, and a set expires two periods after the
// beginning of its own, just before the set of the next period with this parity begins. SADD
// detects a repeat of the current period and stores the hash in one command.
#include "redis_schema/redis_scripts.h"

namespace hermod {

const char kPublishScript[] = R"lua(
-- The code of a record is not a function, because each function and each variable that it captures
-- costs time in each call.

-- Whether the events of this call were routed in the period before, or an error.
local repeats
if records == 1 then
  repeats = call('SISMEMBER', routed_before, ARGV[10])
  if not failed(repeats) then repeats = {repeats} end
else
  repeats = call('SMISMEMBER', routed_before, unpack(ARGV, 10, 9 + records))
  if failed(repeats) and string.find(repeats.err, 'nknown', 1, true) then -- Redis before 6.2
    repeats = {}
    for i = 1, records do
      repeats[i] = call('SISMEMBER', routed_before, ARGV[9 + i])
      if failed(repeats[i]) then
        repeats = repeats[i]
        break
      end
    end
  end
end

local stopped, lasts = '', false
for i = 1, records do
  local hash, seen = ARGV[9 + i], KEYS[5 + i]
  local text, trace = ARGV[9 + records + i], ARGV[9 + 2 * records + i] or ''
  local letter, reply, id, at
  local err = repeats.err
  if not err then
    if repeats[i] == 1 then
      letter = 'p'
    else
      reply = call('SADD', routed, hash)
      err = failed(reply)
      if reply == 0 then letter = 'p' end
    end
  end
  if not err and not letter then
    if not lasts then
      reply = call('TTL', routed)
      if not failed(reply) and reply < routed_s then
        reply = call('EXPIREAT', routed, string.format('%.0f', (period + 2) * routed_s))
      end
      err = failed(reply)
      lasts = not err
    end
    if seen and not err then
      reply = call('EXISTS', seen)
      if reply == 1 then letter = 'p' else err = failed(reply) end
    end
    if not letter then
      if not ms and not err then err = find_last() end
      if not err then
        id, at = append(text, trace, keeps_hash and hash)
        if not id then err = at end
      end
      if not err then
        err = failed(call('SET', last_key, id, 'EX', last_s))
        if seen and not err then
          err = failed(call('SET', seen, '1', 'EX', math.min(600, routed_s)))
          if err and last then call('SET', last_key, last, 'EX', last_s) end
          if err and not last then call('DEL', last_key) end
        end
        if err then call('XDEL', stream, id) end
      end
      if err then call('SREM', routed, hash) end
    end
  end
  if id and not err then
    ms, count, last, appended = at, count + 1, id, true
    if pos == '' then
      if trace ~= '' then trace = ' ' .. trace end
      err = failed(call(command, channel, id .. ' ' .. hash .. trace .. '\n' .. text))
    else
      if trace ~= '' then call('PUBLISH', pos, trace) end
      err = failed(call('PUBLISH', pos, id))
      if not err then
        err = failed(call('PUBLISH', channel, text))
        if err then call('PUBLISH', pos, '') end
      end
    end
    letter = err and 'u' or 'r'
  end
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
  call('PEXPIRE', stream, stream_ms)
  call('EXPIRE', acked, last_s)
end
letters = table.concat(letters)
if stopped == '' and #words == 0 and note == '' then return letters end
if note ~= '' then words[#words + 1] = note end
return {letters, stopped, unpack(words)}
)lua";

}  // namespace hermod
