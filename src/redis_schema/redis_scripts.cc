#include "redis_schema/redis_scripts.h"

#include <cassert>
#include <utility>

#include "redis/reply.h"

namespace hermod {

void RedisScripts::load(Loaded loaded) {
  loaded_ = false;
  done_ = std::move(loaded);
  if (expected_ > 0) return;
  error_.clear();
  expected_ = kCount;
  for (const char* text : {kPublishScript, kReplayScript, kAckScript}) {
    commands_.command(*this, 3).add("SCRIPT").add("LOAD").add(text);
  }
}

RedisCommand RedisScripts::call(Script script, ReplyTaker& taker, size_t keys, size_t arguments) {
  assert(loaded_);
  RedisCommand command = commands_.command(taker, 3 + keys + arguments);
  command.add("EVALSHA").add(names_[script]).add_number(keys);
  return command;
}

void RedisScripts::on_reply(const redisReply& reply) {
  const size_t index = kCount - expected_--;
  const auto name = reply_text(reply);
  if (name && name->size() == 40)
    names_[index] = *name;
  else
    error_ = "load a script: " + reply_error(reply);
  if (expected_ > 0) return;
  loaded_ = error_.empty();
  Loaded done = std::exchange(done_, nullptr);
  done(loaded_ ? Result<void>() : Error{ErrorCode::kExternalService, error_});
}

void RedisScripts::on_reply_lost() {
  expected_ = 0;
  loaded_ = false;
  done_ = nullptr;
}

}  // namespace hermod
