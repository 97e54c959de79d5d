// A connection at its user's quota: as a newcomer that waits for a slot, and as one of those that
// must prove that its client is there. Newcomers judges; here is what a verdict means.
#include <algorithm>
#include <string>
#include <utility>

#include "ws/ws_peer.h"

namespace hermod {

std::string_view WsPeer::user() const {
  return request_ ? std::get<Identity>(request_->verdict).user : session_.user();
}

// --- the newcomer

void WsPeer::wait() {
  if (!shared_.newcomers.add(*this)) return reject();
  if (!waiting()) return;
  const Now now = shared_.now();
  const int64_t lives_ms = expires_at_wall_ms_ - now.wall_ms;
  shared_.wheel.set(*this, now.steady_ms + std::min(lives_ms, shared_.options.quota_answer_ms));
}

void WsPeer::admit() {
  hear(shared_.now());  // it has only just come, and none of its pings was due
  settle();
  wake();
}

void WsPeer::reject() {
  ++shared_.stats.limits_struck["connections_per_user"];
  shared_.newcomers.remove(*this);
  request_->verdict = Refusal{CloseCode::kQuota, ErrorCode::kQuotaExceeded, "too many connections"};
  settle();
}

void WsPeer::stop_waiting(ErrorCode why) {
  if (!waiting()) return;
  shared_.newcomers.remove(*this);
  request_.reset();
  shared_.stats.count_refusal(to_string(why));
}

// --- one of the user's connections

void WsPeer::ask() {
  asked_ = true;
  wake();
}

void WsPeer::hear(Now now) {
  heard_ms_ = now.steady_ms;
  if (!shared_.newcomers.empty() && session_.joined()) shared_.newcomers.on_heard(*this);
}

// Whether its time to answer is over. A ping that was outstanding already when the newcomer came
// has been unanswered for longer.
bool WsPeer::left_unanswered(int64_t asked_ms, Now now) {
  const auto time_is_up = [&] {
    const bool earlier = session_.ping_outstanding() && heard_ms_ < session_.pinged_at_ms();
    const int64_t since_ms = earlier ? std::min(asked_ms, session_.pinged_at_ms()) : asked_ms;
    return now.steady_ms >= since_ms + shared_.options.quota_answer_ms;
  };
  if (!time_is_up()) return false;
  ask_kernel(now);  // an answer may have come that was not read yet
  return heard_ms_ < asked_ms && time_is_up();
}

void WsPeer::leave_hub() {
  if (!session_.joined()) return;
  if (shared_.newcomers.empty()) return shared_.hub.leave(session_);
  const std::string user(session_.user());
  shared_.hub.leave(session_);
  shared_.newcomers.on_left(user);
}

}  // namespace hermod
