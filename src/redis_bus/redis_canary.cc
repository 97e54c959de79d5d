#include "redis_bus/redis_canary.h"

#include <cassert>
#include <chrono>
#include <utility>

#include "base/parse.h"
#include "redis/redis_error.h"
#include "redis/reply.h"

namespace hermod {
namespace {

constexpr uint64_t kTickMs = 1020;
// The delay while a canary is outstanding. A silence that begins right after a canary was received
// is noticed after two normal delays and this one: 2.84 s.
constexpr uint64_t kMissedTickMs = 800;
constexpr uint64_t kMissedMax = 2;

int64_t now_us() {
  using namespace std::chrono;
  return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace

RedisCanary::RedisCanary(const Clock& clock, RedisCommands& commands, const RedisChannels& channels,
                         Listener& listener)
    : clock_(clock),
      commands_(commands),
      channels_(channels),
      publish_(publish_command(channels.mode)),
      listener_(listener) {}

void RedisCanary::enter(State next) {
  assert(next != State::kTimedOut || state_ == State::kOpen);
  assert(state_ != State::kClosed || !outstanding());
  state_ = next;
}

void RedisCanary::open() {
  if (state_ != State::kClosed) return;
  enter(State::kOpen);
  send();
}

// A canary that is still outstanding no longer counts: the next link would not receive it.
void RedisCanary::close() {
  enter(State::kClosed);
  last_received_ = last_sent_;
}

uint64_t RedisCanary::tick_ms() const {
  return outstanding() ? kMissedTickMs : kTickMs;
}

int64_t RedisCanary::outstanding_ms() const {
  return outstanding() ? clock_.steady_ms() - outstanding_since_ms_ : 0;
}

int64_t RedisCanary::age_ms() const {
  return received_ms_ < 0 ? -1 : clock_.steady_ms() - received_ms_;
}

void RedisCanary::tick() {
  if (state_ == State::kClosed) return;
  if (state_ == State::kOpen && last_sent_ - last_received_ >= kMissedMax) {
    enter(State::kTimedOut);
    listener_.on_canary_changed();
    if (state_ == State::kClosed) return;  // the listener closed the bus, or the link failed
  }
  send();
}

void RedisCanary::send() {
  assert(state_ != State::kClosed);
  assert(last_received_ <= last_sent_);
  if (!outstanding()) outstanding_since_ms_ = clock_.steady_ms();
  sent_us_ = now_us();
  commands_.command(*this, 3).add(publish_).add(channels_.canary).add_number(++last_sent_);
}

void RedisCanary::on_reply(const redisReply& reply) {
  round_trip_us_ = now_us() - sent_us_;
  const std::string error = reply_is_error(reply) ? reply_error(reply) : std::string();
  if (concern_of(error) == Concern::kUser) {
    last_received_ = last_sent_;  // it cannot be received; the channel gets another name
    return listener_.on_redirected(error);
  }
  const bool was_refused = std::exchange(refused_, !error.empty());
  if (refused_) last_received_ = last_sent_;  // it cannot be received; the reply has to suffice
  if (was_refused && !refused_) listener_.on_publish_permitted();
}

bool RedisCanary::on_received(std::string_view text) {
  const auto number = parse_number<uint64_t>(text);
  if (!number || *number > last_sent_ || *number <= last_received_) return false;
  assert(state_ != State::kClosed);
  last_received_ = *number;
  received_ms_ = outstanding_since_ms_ = clock_.steady_ms();
  if (state_ == State::kTimedOut) {
    enter(State::kOpen);
    listener_.on_canary_changed();
  }
  return true;
}

}  // namespace hermod
