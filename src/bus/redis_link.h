#pragma once
// One connection to Redis on the loop, kept: dialled, greeted (AUTH, SELECT, a name), and dialled
// again with back-off whenever it fails. Commands are sent once a turn; replies come up in order.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/backoff.h"
#include "bus/redis_command.h"
#include "bus/redis_dial.h"
#include "bus/redis_url.h"
#include "uv/immediate.h"
#include "uv/poll.h"
#include "uv/timer.h"

struct redisReply;

namespace hermod {

class ReplyReader;

// Never called inside a call from above, but for on_link_down inside fail().
class RedisLinkListener {
 public:
  virtual void on_link_up() = 0;
  virtual void on_link_reply(const redisReply& reply) = 0;  // valid during the call
  // The connection, or the attempt at one, ended; another attempt follows by itself. What was asked
  // and not answered never will be. `reason` holds no secret.
  virtual void on_link_down(std::string_view reason) = 0;

 protected:
  ~RedisLinkListener() = default;
};

struct RedisLinkOptions {
  RedisUrl url;
  uint64_t connect_timeout_ms = 5000;  // for each address, and for the greeting
  uint64_t backoff_first_ms = 50;
  uint64_t backoff_max_ms = 500;  // low: Redis' return is to be noticed within a second
};

class RedisLink {
 public:
  RedisLink(uv_loop_t* loop, const RedisLinkOptions& options, std::string_view name,
            RedisLinkListener& listener);
  ~RedisLink();
  RedisLink(const RedisLink&) = delete;
  RedisLink& operator=(const RedisLink&) = delete;

  void start();
  void stop();  // at once and without a word to the listener

  bool up() const { return state_ == State::kUp; }

  // Begins a command. Precondition: up().
  RedisCommand command(size_t arguments);
  void flush();  // sends what was collected now, instead of on the next turn

  // The owner found the connection useless. Calls on_link_down, then dials again.
  void fail(std::string_view reason);

  // The owner found it good: the next failure is dialled again at once.
  void settled() { backoff_.reset(); }

  size_t bytes_unsent() const { return out_.size() - sent_; }

 private:
  enum class State { kStopped, kDialing, kGreeting, kUp, kWaiting };
  enum class Greeting { kAuth, kSelect, kName, kPing };

  void dial();
  void greet(int fd);
  void on_timer();
  void on_ready(uv::Ready ready);
  void read();
  bool take(std::string_view bytes);
  void fail_as(const std::string& why);
  void on_greeting(const redisReply& reply);
  void drop_connection();

  uv_loop_t* loop_;
  RedisLinkOptions options_;
  std::string name_;
  RedisLinkListener& listener_;
  State state_ = State::kStopped;
  Backoff backoff_;
  RedisDial dial_;
  uv::Timer timer_;  // the greeting's deadline, or the wait before the next attempt
  uv::Immediate flush_;
  std::unique_ptr<uv::Poll> poll_;
  int fd_ = -1;
  std::unique_ptr<ReplyReader> reader_;
  std::vector<Greeting> greetings_;  // unanswered, the next one last
  std::string out_;
  size_t sent_ = 0;  // of out_
};

}  // namespace hermod
