#include "redis_schema/redis_data_check.h"

#include <cassert>

#include "base/random.h"
#include "redis/reply.h"

namespace hermod {

void RedisDataCheck::check() {
  // A process without a value may be the first one of its version: it reads the former key first.
  const bool has_former = !names_.former_generation().empty();
  value_.empty() && has_former ? ask(Question::kFormer) : set_and_get(random_uuid());
}

void RedisDataCheck::ask(Question question) {
  asked_.push_back(question);
  const std::string& key =
      question == Question::kFormer ? names_.former_generation() : names_.generation();
  commands_.command(*this, 2).add("GET").add(key);
}

void RedisDataCheck::set_and_get(std::string_view value) {
  asked_.push_back(Question::kSet);
  commands_.command(*this, 4).add("SET").add(names_.generation()).add(value).add("NX");
  ask(Question::kGet);
}

void RedisDataCheck::on_reply(const redisReply& reply) {
  assert(!asked_.empty());
  const Question question = asked_.front();
  asked_.pop_front();
  switch (question) {
    case Question::kFormer: {
      const std::string former(reply_is_error(reply) ? "" : reply_text(reply).value_or(""));
      return set_and_get(former.empty() ? random_uuid() : former);
    }
    case Question::kSet:
      // Redis may refuse it (OOM, READONLY). A later check tries again.
      refusal_ = reply_is_error(reply) ? reply_error(reply) : std::string();
      return;
    case Question::kGet:
      if (asked_.empty()) finish(reply);
      return;
  }
}

void RedisDataCheck::finish(const redisReply& reply) {
  assert(asked_.empty());
  Verdict verdict = Verdict::kUnknown;
  if (!reply_is_error(reply)) {
    const std::string value(reply_text(reply).value_or(""));
    verdict = value_.empty() || value == value_ ? Verdict::kSame : Verdict::kLost;
    value_ = value;
  }
  checked_(verdict);
}

void RedisDataCheck::on_reply_lost() {
  asked_.clear();
}

}  // namespace hermod
