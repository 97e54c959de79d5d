#include "redis_schema/redis_shared_state.h"

#include <cassert>

#include "base/parse.h"
#include "redis/redis_time.h"
#include "redis/reply.h"

namespace hermod {
namespace {

constexpr uint64_t kModeSeconds = 60;  // how long the mode outlives the last process
constexpr int64_t kExtendMs = 10'000;  // how often a process extends that

}  // namespace

void RedisSharedState::restart() {
  answered_ = false;
  mode_known_ = false;
  refusal_.clear();
  since_s_ = 0;
  check();
}

void RedisSharedState::tick() {
  const bool known = mode_known_ && since_s_ != 0 && refusal_.empty();
  if (known && commands_.clock().steady_ms() - asked_at_ms_ < kExtendMs) return;
  if (asked_.empty()) check();
}

RedisCommand RedisSharedState::ask(Question question, size_t arguments) {
  asked_.push_back(question);
  return commands_.command(*this, arguments);
}

void RedisSharedState::check() {
  asked_at_ms_ = commands_.clock().steady_ms();
  ask(Question::kTime, 1).add("TIME");
  ask(Question::kSince, 2).add("GET").add(names_.routed_since());
  if (mode_known_ && refusal_.empty()) {
    ask(Question::kStoreMode, 3).add("EXPIRE").add(names_.mode()).add_number(kModeSeconds);
  } else {
    RedisCommand set = ask(Question::kStoreMode, 6);
    set.add("SET").add(names_.mode()).add(name_of(mode_)).add("EX").add_number(kModeSeconds);
    set.add("NX");
  }
  ask(Question::kMode, 2).add("GET").add(names_.mode());
}

void RedisSharedState::on_reply(const redisReply& reply) {
  assert(!asked_.empty());
  const Question question = asked_.front();
  asked_.pop_front();
  switch (question) {
    case Question::kTime:
      time_s_ = read_time_reply(reply).value_or(0) / 1000;
      time_at_ms_ = commands_.clock().steady_ms();
      return;
    case Question::kSince:
      return on_since(reply);
    case Question::kMode:
      return on_mode(reply);
    case Question::kStoreSince:
    case Question::kStoreMode:
      return;  // Redis may refuse it (OOM, READONLY). A later check tries again.
  }
}

void RedisSharedState::on_since(const redisReply& reply) {
  since_s_ = parse_number<uint64_t>(reply_text(reply).value_or("")).value_or(0);
  if (since_s_ != 0 || time_s_ == 0 || reply_is_error(reply)) return;
  RedisCommand set = ask(Question::kStoreSince, 4);
  set.add("SET").add(names_.routed_since()).add_number(time_s_).add("NX");
}

void RedisSharedState::on_mode(const redisReply& reply) {
  const std::string_view mode = reply_text(reply).value_or("");
  mode_known_ = !mode.empty();
  std::string refusal;
  if (mode_known_ && mode != name_of(mode_)) {
    refusal = "this process publishes in the mode " + std::string(name_of(mode_)) +
              ", but others on this Redis in the mode " + error_words(mode) +
              ": set REDIS_PUBSUB and REDIS_PUBLISH_CHANNEL alike, or stop the others for " +
              std::to_string(kModeSeconds) + " s";
  }
  const bool answered = std::exchange(answered_, true);
  if (answered && refusal == refusal_) return;
  refusal_ = std::move(refusal);
  changed_();
}

bool RedisSharedState::needs_seen_keys(uint64_t idempotency_ttl_s) const {
  if (!names_.tag().empty()) return false;
  if (since_s_ == 0 || time_s_ == 0) return true;
  const int64_t passed_ms = commands_.clock().steady_ms() - time_at_ms_;
  const uint64_t now_s = time_s_ + static_cast<uint64_t>(passed_ms / 1000);
  return now_s <= since_s_ + idempotency_ttl_s;
}

void RedisSharedState::on_reply_lost() {
  asked_.clear();
}

}  // namespace hermod
