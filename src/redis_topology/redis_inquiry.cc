#include "redis_topology/redis_inquiry.h"

#include <cassert>
#include <utility>

namespace hermod {

RedisInquiry::RedisInquiry(uv_loop_t* loop, const Clock& clock, InquiryHandler& handler)
    : loop_(loop),
      clock_(clock),
      handler_(handler),
      timer_(loop, [this] { end("no answer within " + std::to_string(timeout_ms_) + " ms"); }),
      finish_(loop, [this] { finish(); }) {}

void RedisInquiry::start(RedisLinkOptions options, uint64_t timeout_ms, Commands commands) {
  assert(!running_);
  assert(!commands.empty());
  running_ = true;
  commands_ = std::move(commands);
  replies_ = 0;
  timeout_ms_ = timeout_ms;
  options.connect_timeout_ms = timeout_ms;
  RedisCommandsListener& listener = *this;
  connection_ =
      std::make_unique<RedisCommands>(loop_, clock_, options, "hermod-topology", listener);
  connection_->start();
  timer_.start(timeout_ms);
}

void RedisInquiry::stop() {
  timer_.stop();
  finish_.cancel();
  if (connection_ != nullptr) connection_->stop();
  running_ = false;
}

void RedisInquiry::on_commands_up() {
  for (const auto& words : commands_) {
    RedisCommand command = connection_->command(*this, words.size());
    for (const std::string& word : words) command.add(word);
  }
  connection_->flush();
}

void RedisInquiry::on_reply(const redisReply& reply) {
  handler_.on_inquiry_reply(replies_++, reply);
  if (running_ && replies_ == commands_.size()) end({});
}

void RedisInquiry::end(std::string error) {
  assert(running_);
  timer_.stop();
  connection_->stop();
  error_ = std::move(error);
  finish_.ask();
}

void RedisInquiry::finish() {
  running_ = false;
  connection_.reset();
  handler_.on_inquiry_end(std::exchange(error_, {}));
}

}  // namespace hermod
