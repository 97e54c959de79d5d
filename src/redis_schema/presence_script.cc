#include "redis_schema/redis_scripts.h"

namespace hermod {

const char kPresencePrologue[] = R"lua(
local function lease()
)lua";

// The rules are those of change_presence() in bus/presence_record.cc. The field `:event` has the
// announced state, the time of the event, when `offline` is due (0 = not), and the announcer: ""
// when the event was written, "-" when it failed. A user who gets a lease is connected.
const char kPresenceScript[] = R"lua(
end
local key, me, answer, connected, text = KEYS[1], ARGV[6], 0, false, nil
if ARGV[2] ~= '0' then
  answer, connected = lease(), true
elseif ARGV[1] ~= '' then
  redis.call('HDEL', key, ARGV[1])
end
local all = redis.call('HGETALL', key)
for i = 1, #all, 2 do
  if all[i] == ':event' then
    text = all[i + 1]
  elseif string.byte(all[i]) ~= 58 then
    connected = true
  end
end
local state, at, due, announcer = string.match(text or '', '^(%a+) (%d+) (%d+) (.*)$')
at = tonumber(at) or 0
local change = 0

if ARGV[9] then
  if at ~= tonumber(ARGV[9]) or announcer ~= me then return {answer} end
  announcer = ARGV[10] == 'w' and '' or '-'
elseif state == (connected and 'online' or 'offline') then
  if announcer ~= '' and (announcer == '-' or announcer == ARGV[8]) then
    change = connected and 1 or 2
  elseif due == '0' then
    return {answer}
  end
  due = '0'
else
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  if not connected then
    local wait = due and due ~= '0' and due - now or tonumber(ARGV[7])
    if wait > 0 then
      if due == '0' or not due then
        local event = string.format('online %.0f %.0f %s', at, now + wait, announcer or '')
        redis.call('HSET', key, ':event', event)
        if not due then redis.call('EXPIRE', key, ARGV[5]) end
      end
      return {answer, 3, wait, key}
    end
  end
  state, change = connected and 'online' or 'offline', connected and 1 or 2
  at, due = math.max(now, at + 1), '0'
end
if change ~= 0 then announcer = me end
redis.call('HSET', key, ':event', string.format('%s %.0f %s %s', state, at, due, announcer))
if change == 2 then redis.call('EXPIRE', key, ARGV[5]) end
if change == 0 then return {answer} end
return {answer, change, at, key}
)lua";

}  // namespace hermod
