// - The link connects and sends the greeting in one write: AUTH if there is a password, SELECT if
//   there is a database, a name for CLIENT LIST, PING.
// - The reply to PING makes the link up. From then on, replies go to the listener.
// - command() collects commands, and one send per loop iteration writes them. The socket is polled
//   for writing only while the kernel does not accept everything.
// - After a failure (connection refused, no reply to the greeting, reset, bytes that are not a
//   reply), the link closes the socket, notifies the listener, and reconnects after a back-off.
#include "redis/redis_link.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstring>

#include "redis/reply.h"
#include "redis/reply_reader.h"
#include "uv/budget.h"

namespace hermod {
namespace {

constexpr size_t kReadBytes = 65'536;
// 1 MiB per iteration, within the time budget. The more of a backlog is read at once, the more
// messages share a write to their client.
constexpr int kReadsPerIteration = 16;
// An empty buffer is freed if it is larger than kKeptBytesMax, or if it is larger than
// kKeptBytesMin and its last content filled less than a sixteenth of it: then a burst of commands
// is over.
constexpr size_t kKeptBytesMax = 262'144;
constexpr size_t kKeptBytesMin = 16'384;

}  // namespace

RedisLink::RedisLink(uv_loop_t* loop, const RedisLinkOptions& options, std::string_view name,
                     RedisLinkListener& listener)
    : loop_(loop),
      options_(options),
      name_(name),
      listener_(listener),
      backoff_(options.backoff_first_ms, options.backoff_max_ms),
      dial_(loop, options_.url, options.connect_timeout_ms),
      timer_(loop, [this] { on_timer(); }),
      flush_(loop, [this] { flush(); }) {}

RedisLink::~RedisLink() {
  stop();
}

void RedisLink::start() {
  assert(state_ == State::kStopped);
  dial();
}

void RedisLink::stop() {
  state_ = State::kStopped;
  dial_.cancel();
  timer_.stop();
  drop_connection();
}

void RedisLink::dial() {
  state_ = State::kDialing;
  dial_.start([this](Result<int> fd) {
    if (fd)
      greet(fd.value());
    else
      fail(fd.error().message);
  });
}

void RedisLink::greet(int fd) {
  fd_ = fd;
  reader_ = std::make_unique<ReplyReader>();
  poll_ = std::make_unique<uv::Poll>(loop_, fd, [this](uv::Ready ready) { on_ready(ready); });
  if (!poll_->usable()) return fail("the socket cannot be polled");
  poll_->watch(uv::Ready::kReadable);
  state_ = State::kGreeting;
  greetings_ = {Greeting::kPing, Greeting::kName};
  const RedisUrl& url = options_.url;
  if (!url.password.empty()) {
    greetings_.push_back(Greeting::kAuth);
    RedisCommand auth(out_, url.user.empty() ? 2 : 3);
    auth.add("AUTH");
    if (!url.user.empty()) auth.add(url.user);
    auth.add(url.password);
  }
  if (url.database != 0) {
    greetings_.insert(greetings_.begin() + 2, Greeting::kSelect);
    RedisCommand(out_, 2).add("SELECT").add_number(url.database);
  }
  RedisCommand(out_, 3).add("CLIENT").add("SETNAME").add(name_);
  RedisCommand(out_, 1).add("PING");
  timer_.start(options_.connect_timeout_ms);
  flush();
}

RedisCommand RedisLink::command(size_t arguments) {
  assert(up());
  flush_.ask();
  return RedisCommand(out_, arguments);
}

void RedisLink::flush() {
  flush_.cancel();
  if (fd_ < 0 || bytes_unsent() == 0) return;
  const ssize_t sent = send(fd_, out_.data() + sent_, bytes_unsent(), MSG_NOSIGNAL);
  if (sent > 0) sent_ += static_cast<size_t>(sent);
  // The read side handles a broken connection, because it also learns the reason.
  if (bytes_unsent() > 0) return poll_->watch(uv::Ready::kReadable | uv::Ready::kWritable);
  poll_->watch(uv::Ready::kReadable);
  const size_t held = std::exchange(sent_, 0);
  const size_t kept_bytes_max = held < out_.capacity() / 16 ? kKeptBytesMin : kKeptBytesMax;
  if (out_.capacity() > kept_bytes_max) std::string().swap(out_);
  out_.clear();
}

void RedisLink::on_timer() {
  if (state_ == State::kWaiting) return dial();
  fail("no answer to the greeting within " + std::to_string(options_.connect_timeout_ms) + " ms");
}

void RedisLink::on_ready(uv::Ready ready) {
  if (has(ready, uv::Ready::kWritable)) flush();
  if (has(ready, uv::Ready::kReadable | uv::Ready::kError)) read();
}

void RedisLink::read() {
  char bytes[kReadBytes];
  const uv::Budget budget;
  for (int i = 0; i < kReadsPerIteration && !budget.spent(); ++i) {
    const ssize_t count = recv(fd_, bytes, sizeof bytes, 0);
    if (count == 0) return fail_as("Redis closed the connection");
    if (count < 0) {
      if (errno == EAGAIN || errno == EINTR) break;
      return fail_as(std::string("connection error: ") + std::strerror(errno));
    }
    if (!take({bytes, static_cast<size_t>(count)})) return;
    if (static_cast<size_t>(count) < sizeof bytes) break;
  }
  // libuv stops a poll that reported an error. Reading found no error, so the poll starts again.
  poll_->watch(bytes_unsent() > 0 ? uv::Ready::kReadable | uv::Ready::kWritable
                                  : uv::Ready::kReadable);
}

// False: the connection was closed in the meantime, because of a reply or by the owner.
bool RedisLink::take(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, ReplyReader::kPieceBytes);
    bytes.remove_prefix(piece.size());
    reader_->feed(piece);
    while (const redisReply* reply = reader_->next()) {
      if (state_ == State::kGreeting)
        on_greeting(*reply);
      else
        listener_.on_link_reply(*reply);
      if (fd_ < 0) return false;
    }
    if (!reader_->error().empty()) {
      fail_as("not the Redis protocol: " + error_words(reader_->error()));
      return false;
    }
  }
  return true;
}

void RedisLink::on_greeting(const redisReply& reply) {
  const Greeting greeting = greetings_.back();
  greetings_.pop_back();
  if (reply_is_error(reply)) {
    const std::string words = reply_error(reply);
    // A server that does not know AUTH may repeat its arguments, so only the error code is shown.
    if (greeting == Greeting::kAuth) {
      return fail("the credentials in REDIS_URL are refused (" + words.substr(0, words.find(' ')) +
                  ")");
    }
    const bool optional = greeting == Greeting::kName || greeting == Greeting::kPing;
    const bool permission = is_error_of(words, "NOPERM") || is_error_of(words, "ERR");
    if (!optional || !permission) return fail(words);
  }
  if (!greetings_.empty()) return;
  timer_.stop();
  state_ = State::kUp;
  listener_.on_link_up();
}

// Fails with the reason `why`; during the greeting, a likely cause is added to it.
void RedisLink::fail_as(const std::string& why) {
  fail(state_ == State::kGreeting ? greeting_failure(why) : why);
}

void RedisLink::fail(std::string_view reason) {
  if (state_ == State::kStopped || state_ == State::kWaiting) return;
  const std::string why(reason);
  dial_.cancel();
  drop_connection();
  state_ = State::kWaiting;
  timer_.start(backoff_.next_ms());
  listener_.on_link_down(why);
}

void RedisLink::drop_connection() {
  flush_.cancel();
  poll_.reset();
  if (fd_ >= 0) close(std::exchange(fd_, -1));
  out_.clear();
  sent_ = 0;
  greetings_.clear();
}

}  // namespace hermod
