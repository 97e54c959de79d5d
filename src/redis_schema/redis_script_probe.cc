#include "redis_schema/redis_script_probe.h"

#include <cassert>
#include <utility>

#include "base/random.h"
#include "redis/redis_error.h"
#include "redis/reply.h"
#include "redis_schema/publish_reply.h"

namespace hermod {
namespace keys = redis_keys;
namespace {

constexpr uint64_t kSeconds = 2;  // lifetime of the keys that it writes

}  // namespace

RedisScriptProbe::RedisScriptProbe(const RedisContext& redis, RedisScripts::Script script,
                                   Done done)
    : redis_(redis),
      script_(script),
      done_(std::move(done)),
      user_(redis.names.tag().empty() ? random_uuid() : redis.names.tag()) {}

void RedisScriptProbe::ask() {
  if (asked_ || !redis_.ready()) return;
  if (!redis_.names.tag().empty()) user_ = redis_.names.tag();  // in a slot of this server
  asked_ = true;
  if (script_ == RedisScripts::kPublish)
    publish();
  else
    replay();
}

void RedisScriptProbe::publish() {
  // Another event in each call, so that the script never sees a repeat.
  const std::string event = std::to_string(random_u64() >> 1);
  RedisCommand call = redis_.scripts.call(RedisScripts::kPublish, *this, 6, 11);
  for (const std::string_view key :
       {keys::kStream, keys::kLast, keys::kAcked, keys::kRouted[0], keys::kRouted[1]}) {
    call.add(redis_.names.user_key(), user_, key);
  }
  call.add(redis_.names.user_key(), user_, keys::kSeen, event);
  call.add(publish_command(redis_.shared.mode()));
  call.add(redis_.names.user_channel(), user_, keys::kText).add("");
  call.add_number(1).add_number(kSeconds * 1000).add_number(kSeconds).add_number(kSeconds).add("");
  call.add_number(1).add(event).add("{}");
}

void RedisScriptProbe::replay() {
  RedisCommand call = redis_.scripts.call(RedisScripts::kReplay, *this, 6, 6);
  for (const std::string_view key :
       {keys::kStream, keys::kLast, keys::kAcked, keys::kMark, keys::kRevoked, keys::kViewed}) {
    call.add(redis_.names.user_key(), user_, key);
  }
  call.add("0-0").add("").add_number(1).add_number(1).add("").add("");
}

void RedisScriptProbe::on_reply(const redisReply& reply) {
  assert(asked_);
  asked_ = false;
  std::string error = reply_is_error(reply) ? reply_error(reply) : std::string();
  if (error.empty() && script_ == RedisScripts::kPublish) {
    const auto answer = read_publish_reply(reply, 1);
    error = answer ? answer->stopped : reply_error(reply);
  }
  if (concern_of(error) == Concern::kUser) return redis_.redirects.on_redirected(error);
  done_(error);
}

}  // namespace hermod
