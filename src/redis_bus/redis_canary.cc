#include "redis_bus/redis_canary.h"

#include <chrono>
#include <utility>

#include "base/parse.h"
#include "redis/reply.h"

namespace hermod {
namespace {

// A tick comes with the first loop iteration in the last kSpanMs of the period, or from the timer
// at its end. Another event that occurs once a second (librdkafka's statistics) falls into this
// span after some time, and from then on the two share a wake-up.
constexpr int64_t kPeriodMs = 1020;
constexpr int64_t kSpanMs = 100;
// The period while a canary is outstanding. A silence that begins right after a canary was received
// is noticed after two normal periods and this one: 2.84 s.
constexpr int64_t kMissedPeriodMs = 800;
constexpr uint64_t kMissedMax = 2;

int64_t now_us() {
  using namespace std::chrono;
  return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace

RedisCanary::RedisCanary(uv_loop_t* loop, const Clock& clock, RedisCommands& commands,
                         std::string channel, Listener& listener)
    : clock_(clock),
      commands_(commands),
      channel_(std::move(channel)),
      listener_(listener),
      timer_(loop, [this] { tick(); }),
      iteration_hook_(loop, [this] { on_iteration(); }) {}

void RedisCanary::start() {
  if (!timer_.active()) set_out(kPeriodMs);
}

void RedisCanary::set_out(int64_t period_ms) {
  early_us_ = now_us() + (period_ms - kSpanMs) * 1000;
  timer_.start(static_cast<uint64_t>(period_ms));
}

void RedisCanary::on_iteration() {
  if (timer_.active() && now_us() >= early_us_) tick();
}

void RedisCanary::stop() {
  close();
  timer_.stop();
}

void RedisCanary::open() {
  if (open_) return;
  open_ = true;
  last_received_ = last_sent_;
  outstanding_since_ms_ = 0;
  send_canary();
  start();
}

void RedisCanary::close() {
  open_ = false;
  timed_out_ = false;
  last_received_ = last_sent_;
}

int64_t RedisCanary::outstanding_ms() const {
  return open_ && last_received_ < last_sent_ ? clock_.steady_ms() - outstanding_since_ms_ : 0;
}

int64_t RedisCanary::age_ms() const {
  return received_ms_ < 0 ? -1 : clock_.steady_ms() - received_ms_;
}

void RedisCanary::tick() {
  set_out(open_ && last_received_ < last_sent_ ? kMissedPeriodMs : kPeriodMs);
  if (open_ && last_sent_ - last_received_ >= kMissedMax) set_timed_out(true);
  listener_.on_canary_tick();
  if (open_) send_canary();
}

void RedisCanary::send_canary() {
  if (last_received_ == last_sent_) outstanding_since_ms_ = clock_.steady_ms();
  sent_us_ = now_us();
  commands_.command(*this, 3).add("PUBLISH").add(channel_).add_number(++last_sent_);
}

void RedisCanary::on_reply(const redisReply& reply) {
  round_trip_us_ = now_us() - sent_us_;
  const bool was_refused = std::exchange(refused_, reply_is_error(reply));
  if (refused_) last_received_ = last_sent_;  // it cannot be received; the reply has to suffice
  if (was_refused && !refused_) listener_.on_canary_allowed();
}

bool RedisCanary::on_received(std::string_view text) {
  const auto number = parse_number<uint64_t>(text);
  if (!number || *number > last_sent_ || *number <= last_received_) return false;
  last_received_ = *number;
  received_ms_ = outstanding_since_ms_ = clock_.steady_ms();
  set_timed_out(false);
  return true;
}

void RedisCanary::set_timed_out(bool timed_out) {
  if (timed_out_ == timed_out) return;
  timed_out_ = timed_out;
  listener_.on_canary_changed();
}

}  // namespace hermod
