// - The link connects (RedisDial) and sends the greeting in one write (RedisGreeting).
// - The last reply to it makes the link up. From then on, replies go to the listener.
// - command() collects commands, and one send per loop iteration writes them.
// - After a failure (connection refused, no reply to the greeting, reset, bytes that are not a
//   reply), the link closes the socket, notifies the listener, and reconnects after a back-off.
#include "redis/redis_link.h"

#include <unistd.h>

#include <cassert>

#include "redis/reply.h"
#include "redis/reply_reader.h"
#include "redis_transport/tls_context.h"
#include "uv/budget.h"

namespace hermod {
namespace {

constexpr size_t kReadBytes = 65'536;
// 1 MiB per iteration, within the time budget. The more of a backlog is read at once, the more
// messages share a write to their client.
constexpr int kReadsPerIteration = 16;

}  // namespace

RedisLink::RedisLink(uv_loop_t* loop, const RedisLinkOptions& options, std::string_view name,
                     RedisLinkListener& listener)
    : options_(options),
      name_(name),
      listener_(listener),
      backoff_(options.backoff_first_ms, options.backoff_max_ms),
      dial_(loop, options.connect_timeout_ms),
      socket_(loop, [this] { read(); }),
      timer_(loop, [this] { on_timer(); }),
      flush_(loop, [this] { flush(); }) {}

RedisLink::~RedisLink() {
  stop();
}

void RedisLink::enter(State next) {
  assert(next != State::kDialing || state_ == State::kStopped || state_ == State::kWaiting);
  assert(next != State::kGreeting || state_ == State::kDialing);
  assert(next != State::kUp || state_ == State::kGreeting);
  assert(next != State::kWaiting || (state_ != State::kStopped && state_ != State::kWaiting));
  assert((next == State::kGreeting || next == State::kUp) == socket_.is_open());
  state_ = next;
}

void RedisLink::start() {
  assert(state_ == State::kStopped);
  dial();
}

void RedisLink::stop() {
  dial_.cancel();
  timer_.stop();
  drop_connection();
  enter(State::kStopped);
}

void RedisLink::dial() {
  enter(State::kDialing);
  dial_.start(options_.endpoint, [this](Result<int> fd) {
    if (fd)
      greet(fd.value());
    else
      fail(fd.error().message);
  });
}

void RedisLink::greet(int fd) {
  assert(state_ == State::kDialing);
  std::unique_ptr<RedisTransport> transport;
  if (options_.tls) {
    auto secured = options_.tls->connect(fd, options_.endpoint.host);
    if (!secured) {
      close(fd);
      return fail(secured.error().message);
    }
    transport = secured.take();
  } else {
    transport = make_plain_transport(fd);
  }
  if (!socket_.open(fd, std::move(transport))) return fail("the socket cannot be polled");
  enter(State::kGreeting);
  reader_ = std::make_unique<ReplyReader>();
  greeting_.begin(options_.credentials, options_.database, name_, socket_.out());
  timer_.start(options_.connect_timeout_ms);
  flush();
}

RedisCommand RedisLink::command(size_t arguments) {
  assert(up());
  flush_.ask();
  return RedisCommand(socket_.out(), arguments);
}

void RedisLink::flush() {
  flush_.cancel();
  socket_.send();
}

void RedisLink::on_timer() {
  if (state_ == State::kWaiting) return dial();
  assert(state_ == State::kGreeting);
  std::string why =
      "no answer to the greeting within " + std::to_string(options_.connect_timeout_ms) + " ms";
  if (const std::string hint = socket_.transport().silence(); !hint.empty()) why += "; " + hint;
  fail(why);
}

void RedisLink::read() {
  assert(state_ == State::kGreeting || state_ == State::kUp);
  char bytes[kReadBytes];
  const uv::Budget budget;
  for (int i = 0; i < kReadsPerIteration && !budget.spent(); ++i) {
    const Transfer got = socket_.receive(bytes, sizeof bytes);
    if (got.state == Transfer::State::kWait) break;
    if (got.state == Transfer::State::kEnd) return fail_early("Redis closed the connection");
    if (got.state == Transfer::State::kFailed) return fail_early(socket_.transport().failure());
    if (!take({bytes, got.bytes})) return;
    if (got.bytes < sizeof bytes && !socket_.holds_bytes()) break;
  }
  socket_.watch();
}

// False: the connection was closed in the meantime, because of a reply or by the owner.
bool RedisLink::take(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, ReplyReader::kPieceBytes);
    bytes.remove_prefix(piece.size());
    reader_->feed(piece);
    while (const redisReply* reply = reader_->next()) {
      if (state_ == State::kGreeting)
        on_greeting_reply(*reply);
      else
        listener_.on_link_reply(*reply);
      if (!socket_.is_open()) return false;
    }
    if (!reader_->error().empty()) {
      fail_early("not the Redis protocol: " + error_words(reader_->error()));
      return false;
    }
  }
  return true;
}

void RedisLink::on_greeting_reply(const redisReply& reply) {
  if (const auto accepted = greeting_.on_reply(reply); !accepted) {
    return fail(accepted.error().message);
  }
  if (!greeting_.done()) return;
  timer_.stop();
  enter(State::kUp);
  listener_.on_link_up();
}

// Fails with the reason `why`; during the greeting, a likely cause is added to it.
void RedisLink::fail_early(const std::string& why) {
  const bool plain = options_.tls == nullptr && state_ == State::kGreeting;
  fail(plain ? greeting_failure(why) : why);
}

void RedisLink::fail(std::string_view reason) {
  if (state_ == State::kStopped || state_ == State::kWaiting) return;
  const std::string why(reason);
  dial_.cancel();
  drop_connection();
  enter(State::kWaiting);
  timer_.start(backoff_.next_ms());
  listener_.on_link_down(why);
}

void RedisLink::move_to(const RedisEndpoint& endpoint, std::string_view reason) {
  options_.endpoint = endpoint;
  backoff_.reset();
  fail(reason);
  if (state_ == State::kWaiting) timer_.start(0);
}

void RedisLink::drop_connection() {
  flush_.cancel();
  socket_.close();
}

}  // namespace hermod
