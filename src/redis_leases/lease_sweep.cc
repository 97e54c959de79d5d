#include "redis_leases/lease_sweep.h"

#include <algorithm>
#include <cassert>

#include "redis/reply.h"

namespace hermod {
namespace {

constexpr uint64_t kClaimSeconds = 60;
constexpr uint64_t kKeysAtOnce = 500;

}  // namespace

void LeaseSweep::start(std::string_view process) {
  if (!redis_.commands.up() || std::ranges::count(processes_, process) != 0) return;
  processes_.emplace_back(process);
  if (state_ == State::kIdle) next();
}

void LeaseSweep::next() {
  state_ = processes_.empty() ? State::kIdle : State::kClaiming;
  if (processes_.empty()) return;
  if (processes_.front().empty()) {
    cursor_ = "0";
    return scan();
  }
  redis_.commands.command(*this, 6)
      .add("SET")
      .add(redis_.names.sweep(processes_.front()))
      .add("1")
      .add("NX")
      .add("EX")
      .add_number(kClaimSeconds);
  redis_.commands.flush();
}

void LeaseSweep::scan() {
  state_ = State::kScanning;
  redis_.commands.command(*this, 6)
      .add("SCAN")
      .add(cursor_)
      .add("MATCH")
      .add(redis_.names.user_key(), "*", redis_keys::kPresence)
      .add("COUNT")
      .add_number(kKeysAtOnce);
  redis_.commands.flush();
}

void LeaseSweep::on_reply(const redisReply& reply) {
  assert(state_ != State::kIdle);
  if (state_ == State::kRemoving) {
    if (presence_.on() && !reply_is_error(reply)) presence_.read(reply);
    if (--expected_ > 0) return;
  } else if (reply_is_error(reply) || reply_is_nil(reply)) {
    cursor_ = "0";  // another process does it, or Redis does not permit it
  } else if (state_ == State::kClaiming) {
    cursor_ = "0";
    return scan();
  } else {
    on_keys(reply);
    if (expected_ > 0) return;
  }
  if (cursor_ != "0") return scan();
  if (state_ != State::kClaiming) release();
  processes_.pop_front();
  next();
}

// A process that was suspended can return, and die again before the claim expires.
void LeaseSweep::release() {
  redis_.commands.command(ignored_, 2).add("DEL").add(redis_.names.sweep(processes_.front()));
  redis_.commands.flush();
}

void LeaseSweep::on_keys(const redisReply& reply) {
  cursor_ = reply_text_at(reply, 0).value_or("0");
  const std::string& process = processes_.front();
  const bool alive = !process.empty() && liveness_ != nullptr && !liveness_->is_dead(process);
  if (alive || !redis_.ready()) {
    cursor_ = "0";
    return;
  }
  const redisReply* const found = reply_at(reply, 1);
  for (size_t i = 0; found != nullptr && i < reply_size(*found); ++i) {
    const auto key = reply_text_at(*found, i);
    if (!key) continue;
    ++expected_;
    remove(*key);
  }
  if (expected_ == 0) return;
  state_ = State::kRemoving;
  redis_.commands.flush();
}

void LeaseSweep::remove(std::string_view key) {
  const std::string& process = processes_.front();
  if (!process.empty()) hold_positions(key);
  if (presence_.on()) return presence_.send_sweep(*this, key, process);
  redis_.commands.command(*this, 3).add("HDEL").add(key).add(process);
}

// `key` is the user's `presence`.
void LeaseSweep::hold_positions(std::string_view key) {
  assert(key.ends_with(redis_keys::kPresence));
  key.remove_suffix(redis_keys::kPresence.size());
  redis_.scripts.call(RedisScripts::kHold, ignored_, 1, 2)
      .add(key, redis_keys::kAcked)
      .add(processes_.front())
      .add_number(hold_s_);
}

void LeaseSweep::on_reply_lost() {
  state_ = State::kIdle;
  expected_ = 0;
  processes_.clear();
}

}  // namespace hermod
