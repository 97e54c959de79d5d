#pragma once
// A persistent connection to Redis on the loop: it connects, sends the greeting, and reconnects
// with back-off after each failure. It sends the commands once per loop iteration and passes the
// replies to the listener in order.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/backoff.h"
#include "redis/redis_command.h"
#include "redis/redis_dial.h"
#include "redis/redis_endpoint.h"
#include "redis/redis_greeting.h"
#include "redis/redis_socket.h"
#include "uv/immediate.h"
#include "uv/timer.h"

struct redisReply;

namespace hermod {

class ReplyReader;
class TlsContext;

// Never called inside a call of the owner, except on_link_down() inside fail().
class RedisLinkListener {
 public:
  virtual void on_link_up() = 0;
  virtual void on_link_reply(const redisReply& reply) = 0;  // valid during the call
  // The connection, or the attempt to connect, failed; the link tries again by itself. Commands
  // without a reply never get one. `reason` contains no secret.
  virtual void on_link_down(std::string_view reason) = 0;

 protected:
  ~RedisLinkListener() = default;
};

struct RedisLinkOptions {
  RedisEndpoint endpoint;
  RedisCredentials credentials;
  uint32_t database = 0;
  std::shared_ptr<TlsContext> tls;     // null: without TLS
  uint64_t connect_timeout_ms = 5000;  // per address, and for the greeting
  uint64_t backoff_first_ms = 50;
  uint64_t backoff_max_ms = 500;  // low, to notice within a second that Redis is available again
};

class RedisLink {
 public:
  RedisLink(uv_loop_t* loop, const RedisLinkOptions& options, std::string_view name,
            RedisLinkListener& listener);
  ~RedisLink();
  RedisLink(const RedisLink&) = delete;
  RedisLink& operator=(const RedisLink&) = delete;

  void start();
  void stop();  // immediately, without a call of the listener

  bool up() const { return state_ == State::kUp; }

  // Begins a command. Precondition: up().
  RedisCommand command(size_t arguments);
  void flush();  // sends the commands now instead of in the next loop iteration

  // The owner found the connection unusable. Calls on_link_down(), then reconnects.
  void fail(std::string_view reason);

  // From now on, the link leads to `endpoint`, which it dials at once. If it was not stopped or
  // waiting, on_link_down() with `reason` is called first, inside this call.
  void move_to(const RedisEndpoint& endpoint, std::string_view reason);
  const RedisEndpoint& endpoint() const { return options_.endpoint; }

  // The owner found the connection usable: the back-off starts again at its first delay.
  void settled() { backoff_.reset(); }

  size_t bytes_unsent() const { return socket_.bytes_unsent(); }

 private:
  enum class State { kStopped, kDialing, kGreeting, kUp, kWaiting };

  void enter(State next);
  void dial();
  void greet(int fd);
  void on_timer();
  void read();
  bool take(std::string_view bytes);
  void on_greeting_reply(const redisReply& reply);
  void fail_early(const std::string& why);
  void drop_connection();

  RedisLinkOptions options_;
  std::string name_;
  RedisLinkListener& listener_;
  State state_ = State::kStopped;
  Backoff backoff_;
  RedisDial dial_;
  RedisSocket socket_;
  RedisGreeting greeting_;
  std::unique_ptr<ReplyReader> reader_;  // a new one for each connection
  uv::Timer timer_;  // deadline of the greeting, or the delay before the next attempt
  uv::Immediate flush_;
};

}  // namespace hermod
