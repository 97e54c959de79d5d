#include "bus/redis_witness.h"

#include <utility>

#include "base/random.h"
#include "bus/publish_reply.h"
#include "redis/reply.h"

namespace hermod {
namespace keys = redis_keys;
namespace {

constexpr uint64_t kSeconds = 2;  // lifetime of the keys that it writes

}  // namespace

RedisWitness::RedisWitness(RedisCommands& commands, RedisScripts& scripts, const RedisNames& names,
                           RedisScripts::Script script, Heard heard)
    : commands_(commands),
      scripts_(scripts),
      names_(names),
      script_(script),
      heard_(std::move(heard)),
      user_(random_uuid()) {}

void RedisWitness::ask() {
  if (asked_ || !commands_.up() || !scripts_.loaded()) return;
  asked_ = true;
  if (script_ == RedisScripts::kPublish)
    publish();
  else
    replay();
}

void RedisWitness::publish() {
  RedisCommand call = scripts_.call(RedisScripts::kPublish, *this, 4, 7);
  for (const std::string_view key : {keys::kStream, keys::kLast, keys::kMark}) {
    call.add(names_.user_key(), user_, key);
  }
  call.add(names_.user_key(), user_, keys::kSeen, std::to_string(++number_));
  call.add(names_.user_channel(), user_, keys::kPos);
  call.add(names_.user_channel(), user_, keys::kPos);
  call.add_number(1).add_number(kSeconds * 1000).add_number(kSeconds).add_number(kSeconds);
  call.add("{}");
}

void RedisWitness::replay() {
  RedisCommand call = scripts_.call(RedisScripts::kReplay, *this, 3, 4);
  for (const std::string_view key : {keys::kStream, keys::kLast, keys::kMark}) {
    call.add(names_.user_key(), user_, key);
  }
  call.add("").add("").add_number(1).add_number(1);
}

void RedisWitness::on_reply(const redisReply& reply) {
  asked_ = false;
  std::string error = reply_is_error(reply) ? reply_error(reply) : std::string();
  if (error.empty() && script_ == RedisScripts::kPublish) {
    const auto answer = read_publish_reply(reply, 1);
    error = answer ? answer->stopped : reply_error(reply);
  }
  heard_(error);
}

}  // namespace hermod
