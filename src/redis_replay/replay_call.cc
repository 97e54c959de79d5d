#include "redis_replay/replay_call.h"

#include <algorithm>
#include <cassert>

#include "redis/redis_time.h"
#include "redis/reply.h"
#include "redis_schema/cursor_field.h"

namespace hermod {
namespace keys = redis_keys;

void ReplayCall::send(ReplayTask& task, ReplyHandler& handler) const {
  assert(task.done);
  task.timing = needs_time(task);
  if (task.timing) {
    redis_.commands.command(handler, 1).add("TIME");
    return;
  }
  const size_t arguments = task.after ? 6 : 11;
  RedisCommand call = redis_.scripts.call(RedisScripts::kReplay, handler, 6, arguments);
  const UserTag tag(task.user);
  for (const std::string_view key :
       {keys::kStream, keys::kLast, keys::kAcked, keys::kMark, keys::kRevoked, keys::kViewed}) {
    call.add(redis_.names.user_key(), tag.text(), key);
  }
  call.add(task.after ? to_string(*task.after) : std::string());
  if (task.reach == ReplayRequest::Reach::kOffline)
    call.add_number(options_.offline_ms);
  else
    call.add("");
  call.add_number(task.entries_max).add_number(task.bytes_max);
  if (task.since_ms)
    call.add_number(*task.since_ms);
  else
    call.add("");
  call.add(task.with_seen ? "1" : "");
  if (!task.after) add_position(task, call);
}

void ReplayCall::add_position(const ReplayTask& task, RedisCommand& call) const {
  call.add(task.device);
  call.add(cursor_field({task.device, task.connection}, options_.process));
  call.add_number(options_.user_s).add_number(kDevicesMax);
  if (task.connected_ms)
    call.add_number(static_cast<uint64_t>(redis_.clock().steady_ms() - *task.connected_ms));
  else
    call.add("");
}

// True if the maximum age of the replay could exclude messages that were routed since the user
// connected. Stream ids contain Redis' time, and the delay of the request is unknown, so the time
// is requested first.
bool ReplayCall::needs_time(const ReplayTask& task) const {
  if (task.reach != ReplayRequest::Reach::kOffline || !task.connected_ms || task.since_ms) {
    return false;
  }
  const auto connected_ms = static_cast<uint64_t>(redis_.clock().steady_ms() - *task.connected_ms);
  return connected_ms + options_.travel_ms > options_.offline_ms;
}

std::string ReplayCall::read_time(ReplayTask& task, const redisReply& reply) const {
  assert(task.timing && task.connected_ms);
  if (reply_is_error(reply)) return reply_error(reply);
  const auto time_ms = read_time_reply(reply);
  if (!time_ms) return "unexpected reply to TIME";
  // One more, because the three times are rounded down to milliseconds.
  const auto ago_ms = static_cast<uint64_t>(redis_.clock().steady_ms() - *task.connected_ms) + 1;
  task.since_ms = *time_ms - std::min(*time_ms, ago_ms);
  return {};
}

}  // namespace hermod
