#pragma once
// The command link: passes each reply to the ReplyHandler of its command. Replies come in the order
// of the commands, so a ReplyHandler with several open commands keeps a queue of its own.

#include <deque>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "redis/redis_link.h"

namespace hermod {

class ReplyHandler {
 public:
  virtual void on_reply(const redisReply& reply) = 0;
  // The link failed before the reply; whether Redis executed the command is unknown.
  virtual void on_reply_lost() = 0;

 protected:
  ~ReplyHandler() = default;
};

class RedisCommandsListener {
 public:
  virtual void on_commands_up() = 0;
  virtual void on_commands_down(std::string_view reason) = 0;  // after all on_reply_lost()

 protected:
  ~RedisCommandsListener() = default;
};

class RedisCommands final : RedisLinkListener {
 public:
  RedisCommands(uv_loop_t* loop, const Clock& clock, const RedisLinkOptions& options,
                std::string_view name, RedisCommandsListener& listener)
      : clock_(clock), listener_(listener), link_(loop, options, name, *this) {}

  void start() { link_.start(); }
  void stop();  // drops open commands without on_reply_lost()
  bool up() const { return link_.up(); }
  const Clock& clock() const { return clock_; }

  // Begins a command; `handler` gets its reply. Precondition: up().
  RedisCommand command(ReplyHandler& handler, size_t arguments);
  void flush() { link_.flush(); }
  void fail(std::string_view reason) { link_.fail(reason); }
  const RedisEndpoint& endpoint() const { return link_.endpoint(); }
  void settled() { link_.settled(); }
  void move_to(const RedisEndpoint& endpoint, std::string_view reason) {
    link_.move_to(endpoint, reason);
  }

  // How long commands have been open without any reply; 0 if no command is open.
  int64_t silent_ms() const;

 private:
  void on_link_up() override { listener_.on_commands_up(); }
  void on_link_reply(const redisReply& reply) override;
  void on_link_down(std::string_view reason) override;

  const Clock& clock_;
  RedisCommandsListener& listener_;
  std::deque<ReplyHandler*> expected_;
  int64_t received_ms_ = 0;  // time of the last reply, or of the first open command
  RedisLink link_;
};

}  // namespace hermod
