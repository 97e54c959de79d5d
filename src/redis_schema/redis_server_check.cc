#include "redis_schema/redis_server_check.h"

#include <cassert>
#include <utility>

#include "redis/reply.h"

namespace hermod {
namespace {

constexpr size_t kQuestions = 2;  // commands before those of the rights: HELLO, INFO

}  // namespace

RedisServerCheck::RedisServerCheck(RedisCommands& commands, RedisUrl::Kind kind,
                                   const RedisChannels& channels, Changed changed)
    : commands_(commands), kind_(kind), channels_(channels), changed_(std::move(changed)) {}

void RedisServerCheck::check() {
  if (asking_) return;
  asking_ = true;
  answered_ = 0;
  rights_ = command_rights(channels_, channels_.check_user);
  probe_ = {};
  found_.clear();
  publish_found_.clear();
  commands_.command(*this, 1).add("HELLO");
}

void RedisServerCheck::ask_the_rest() {
  commands_.command(*this, 2).add("INFO").add("memory");
  for (const RedisRight& right : rights_) {
    RedisCommand command = commands_.command(*this, right.words.size());
    for (const std::string& word : right.words) command.add(word);
  }
}

void RedisServerCheck::on_reply(const redisReply& reply) {
  assert(asking_);
  assert(answered_ < kQuestions + rights_.size());
  const size_t index = answered_++;
  if (index == 0) return on_hello(reply);
  if (index == 1) read_redis_info(reply_text(reply).value_or(""), probe_);
  if (index >= kQuestions && reply_is_error(reply)) note(rights_[index - kQuestions], reply);
  if (answered_ == kQuestions + rights_.size()) finish();
}

// A replica may become the master, and RedisFailover detects it by its errors, so it is not refused
// here.
void RedisServerCheck::on_hello(const redisReply& reply) {
  read_redis_hello(reply, probe_);
  RedisProbe server = probe_;
  if (server.is_replica()) server.role.clear();
  unfit_ = server.unfit(kind_);
  if (unfit_.empty() && channels_.mode == PublishMode::kSharded) {
    unfit_ = server.unfit_for_sharding();
  }
  if (unfit_.empty()) return ask_the_rest();
  asking_ = false;
  changed_();
}

// Other errors (OOM, READONLY) are temporary states of Redis, which other components detect.
void RedisServerCheck::note(const RedisRight& right, const redisReply& reply) {
  const std::string words = reply_error(reply);
  const std::string rule = missing_rule(right, words);
  std::string& found = right.words.front().ends_with("PUBLISH") ? publish_found_ : found_;
  if (rule.empty() || !found.empty()) return;
  found = right.words.front() + " is refused: " + words + "; the ACL lacks " + rule;
}

void RedisServerCheck::finish() {
  assert(answered_ == kQuestions + rights_.size());
  asking_ = false;
  refusal_ = std::move(found_);
  publish_refusal_ = std::move(publish_found_);
  warning_.clear();
  if (!probe_.maxmemory_policy.empty() && probe_.maxmemory_policy != "noeviction") {
    warning_ = "maxmemory-policy is " + probe_.maxmemory_policy +
               ": Redis may evict message histories and acknowledged positions";
  }
  changed_();
}

void RedisServerCheck::on_reply_lost() {
  asking_ = false;
}

}  // namespace hermod
