#include "redis_schema/redis_scripts.h"

#include <cassert>

#include "redis/reply.h"

namespace hermod {

void RedisScripts::load() {
  loaded_ = false;
  if (expected_ > 0) return;
  error_.clear();
  expected_ = kCount;
  commands_.command(*this, 3).add("SCRIPT").add("LOAD").add(kAppendScript, kPublishScript);
  commands_.command(*this, 3).add("SCRIPT").add("LOAD").add(kCursorPrologue, kBeginScript,
                                                            kReplayScript);
  for (const char* text : {kAckScript, kHoldScript, kSeenScript}) {
    commands_.command(*this, 3).add("SCRIPT").add("LOAD").add(kCursorPrologue, text);
  }
  commands_.command(*this, 3).add("SCRIPT").add("LOAD").add(kLeaseScript);
  commands_.command(*this, 3).add("SCRIPT").add("LOAD").add(kPresencePrologue, kLeaseScript,
                                                            kPresenceScript);
}

void RedisScripts::load_again() {
  if (!loaded_) return;
  log_.warning("Redis no longer has the scripts; loading them again");
  load();
}

RedisCommand RedisScripts::call(Script script, ReplyHandler& handler, size_t keys,
                                size_t arguments) {
  assert(loaded_);
  RedisCommand command = commands_.command(handler, 3 + keys + arguments);
  command.add("EVALSHA").add(names_[script]).add_number(keys);
  return command;
}

void RedisScripts::on_reply(const redisReply& reply) {
  assert(expected_ > 0);
  assert(expected_ <= kCount);
  const size_t index = kCount - expected_--;
  const auto name = reply_text(reply);
  if (name && name->size() == 40)
    names_[index] = *name;
  else
    error_ = "load a script: " + reply_error(reply);
  if (expected_ > 0) return;
  loaded_ = error_.empty();
  done_(loaded_ ? Result<void>() : Error{ErrorCode::kExternalService, error_});
}

void RedisScripts::on_reply_lost() {
  expected_ = 0;
  loaded_ = false;
}

}  // namespace hermod
