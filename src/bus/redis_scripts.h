#pragma once
// The scripts that run inside Redis, and their names there (SHA-1), which each connection asks for
// first.

#include <array>
#include <functional>
#include <string>

#include "bus/redis_commands.h"
#include "hermod/result.h"

namespace hermod {

// The atomic step: one user's records, in order.
// KEYS: stream, last, mark, then one seen key a record. ARGV: text channel, pos channel, entries
// kept, ms the stream lives, s that last and mark live, s that seen lives, then the texts, then,
// where one of them has any, a traceparent for each ("" = none). Answers
// a text with one letter for each record done (r routed, p repeat, u unpublished, x refused), or,
// where there is more to say, an array: letters, why it stopped ("" = it did not), the words of
// each u and x, and what it repaired among the user's keys, if anything.
extern const char kPublishScript[];

// One page of history. KEYS: stream, last, mark. ARGV: after ("" = the mark), age in ms ("" = any),
// entries at most, bytes at most, a time in ms since when any age is wanted ("" = none). Answers:
// after, last, 1 = there is more, what was wrong with the stream, then id, text and traceparent by
// turns.
extern const char kReplayScript[];

// KEYS: mark, last. ARGV: stream id, s that the mark lives. Never moves back, and never above
// `last`.
extern const char kMarkScript[];

class RedisScripts final : ReplyTaker {
 public:
  enum Script { kPublish, kReplay, kMark, kCount };
  using Loaded = std::function<void(const Result<void>&)>;

  explicit RedisScripts(RedisCommands& commands) : commands_(commands) {}

  // Loads all; a call while loading is the same loading. `loaded` does not come when the link is
  // lost.
  void load(Loaded loaded);
  bool loaded() const { return loaded_; }

  // Begins EVALSHA with `keys` keys; they and `arguments` more must follow. Precondition: loaded().
  RedisCommand call(Script script, ReplyTaker& taker, size_t keys, size_t arguments);

 private:
  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override;

  RedisCommands& commands_;
  std::array<std::string, kCount> names_;
  size_t expected_ = 0;  // replies to SCRIPT LOAD still to come
  bool loaded_ = false;
  std::string error_;
  Loaded done_;
};

}  // namespace hermod
