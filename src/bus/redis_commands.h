#pragma once
// The link on which commands are asked and answered: hands each reply to who asked for it. Replies
// come in the order of the commands, so a taker that has several under way keeps its own queue.

#include <deque>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "bus/redis_link.h"

namespace hermod {

class ReplyTaker {
 public:
  virtual void on_reply(const redisReply& reply) = 0;
  virtual void
  on_reply_lost() = 0;  // the link ended first; whether it was carried out is not known

 protected:
  ~ReplyTaker() = default;
};

class RedisCommandsListener {
 public:
  virtual void on_commands_up() = 0;
  virtual void on_commands_down(std::string_view reason) = 0;  // after all on_reply_lost

 protected:
  ~RedisCommandsListener() = default;
};

class RedisCommands final : RedisLinkListener {
 public:
  RedisCommands(uv_loop_t* loop, const Clock& clock, const RedisLinkOptions& options,
                std::string_view name, RedisCommandsListener& listener)
      : clock_(clock), listener_(listener), link_(loop, options, name, *this) {}

  void start() { link_.start(); }
  void stop();  // what is under way is forgotten, without a word
  bool up() const { return link_.up(); }
  const Clock& clock() const { return clock_; }

  // Begins a command whose reply `taker` gets. Precondition: up().
  RedisCommand command(ReplyTaker& taker, size_t arguments);
  void flush() { link_.flush(); }
  void fail(std::string_view reason) { link_.fail(reason); }
  void settled() { link_.settled(); }

  // How long something has been asked without any answer coming; 0 when nothing is.
  int64_t silent_ms() const;

 private:
  void on_link_up() override { listener_.on_commands_up(); }
  void on_link_reply(const redisReply& reply) override;
  void on_link_down(std::string_view reason) override;

  const Clock& clock_;
  RedisCommandsListener& listener_;
  std::deque<ReplyTaker*> expected_;
  int64_t heard_ms_ = 0;  // the last reply, or the first command after a time without any
  RedisLink link_;
};

}  // namespace hermod
