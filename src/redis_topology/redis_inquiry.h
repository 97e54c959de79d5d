#pragma once
// Asks one server a few commands over a connection of its own, which ends after the last reply.
// Owned by a topology; one inquiry at a time.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "redis/redis_commands.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

class InquiryHandler {
 public:
  virtual void on_inquiry_reply(size_t command, const redisReply& reply) = 0;
  // The inquiry has ended, and another one may start. `error` is empty if all commands have a
  // reply; an error of Redis is a reply.
  virtual void on_inquiry_end(const std::string& error) = 0;

 protected:
  ~InquiryHandler() = default;
};

class RedisInquiry final : RedisCommandsListener, ReplyHandler {
 public:
  using Commands = std::vector<std::vector<std::string>>;

  RedisInquiry(uv_loop_t* loop, const Clock& clock, InquiryHandler& handler);
  RedisInquiry(const RedisInquiry&) = delete;
  RedisInquiry& operator=(const RedisInquiry&) = delete;

  // Asks the server at options.endpoint. Precondition: !running(); `commands` is not empty.
  void start(RedisLinkOptions options, uint64_t timeout_ms, Commands commands);
  void stop();  // without a call of the handler
  bool running() const { return running_; }

 private:
  void on_commands_up() override;
  void on_commands_down(std::string_view reason) override { end(std::string(reason)); }
  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override {}
  void end(std::string error);
  void finish();

  uv_loop_t* loop_;
  const Clock& clock_;
  InquiryHandler& handler_;
  bool running_ = false;
  Commands commands_;
  size_t replies_ = 0;
  std::string error_;
  uint64_t timeout_ms_ = 0;
  uv::Timer timer_;
  uv::Immediate finish_;  // the connection is not destroyed inside one of its own calls
  std::unique_ptr<RedisCommands> connection_;
};

}  // namespace hermod
