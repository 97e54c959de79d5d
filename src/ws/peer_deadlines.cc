#include "ws/peer_deadlines.h"

#include <algorithm>
#include <cassert>

#include "lws/socket_state.h"
#include "ws/ws_options.h"

namespace hermod {
namespace {

// A phase per connection, so that the pings of many connections are spread: multiples of the golden
// ratio are distributed evenly in an interval.
int64_t phase_ms(uint64_t id, int64_t interval_ms) {
  constexpr uint64_t kGolden = 0x9e3779b97f4a7c15;  // 2^64 divided by the golden ratio
  return static_cast<int64_t>((id * kGolden >> 32) * static_cast<uint64_t>(interval_ms) >> 32);
}

}  // namespace

void PeerDeadlines::begin(int64_t now_ms) {
  assert(!begun());
  since_ms_ = received_ms_ = progress_ms_ = now_ms;
}

void PeerDeadlines::on_received(int64_t at_ms) {
  assert(begun());
  received_ms_ = std::max(received_ms_, at_ms);
}

void PeerDeadlines::on_progress(int64_t at_ms) {
  assert(begun());
  progress_ms_ = std::max(progress_ms_, at_ms);
}

void PeerDeadlines::update(const SocketState& socket, int64_t now_ms) {
  if (!socket.known) return;
  on_received(now_ms - socket.received_ago_ms);
  // If the kernel acknowledged everything, the client received the ping and does not answer.
  if (!socket.all_acked) on_progress(now_ms - socket.acked_ago_ms);
}

PeerDeadlines::Overdue PeerDeadlines::overdue(int64_t now_ms, const Output& output,
                                              const WsOptions& options) const {
  assert(begun());
  if (now_ms >= pong_due_ms(output, options).value_or(INT64_MAX)) return Overdue::kPong;
  if (now_ms >= received_ms_ + options.idle_timeout_ms) return Overdue::kInput;
  return Overdue::kNothing;
}

bool PeerDeadlines::is_ping_due(int64_t now_ms, const Output& output,
                                const WsOptions& options) const {
  return now_ms >= ping_due_ms(output, options).value_or(INT64_MAX);
}

int64_t PeerDeadlines::answer_due_ms(int64_t asked_ms, const Output& output,
                                     const WsOptions& options) const {
  assert(begun());
  const bool earlier = output.ping_outstanding && received_ms_ < output.pinged_ms;
  return (earlier ? std::min(asked_ms, output.pinged_ms) : asked_ms) + options.quota_answer_ms;
}

int64_t PeerDeadlines::next_ms(Instant now, const Output& output, const WsOptions& options) const {
  assert(begun());
  int64_t due = received_ms_ + options.idle_timeout_ms;
  due = std::min(due, now.steady_ms + (expires_at_wall_ms_ - now.wall_ms));
  due = std::min(due, pong_due_ms(output, options).value_or(INT64_MAX));
  if (output.blocked) return due;
  due = std::min(due, ping_due_ms(output, options).value_or(INT64_MAX));
  return std::min(due, output.delayed_ms.value_or(INT64_MAX));
}

std::optional<int64_t> PeerDeadlines::ping_due_ms(const Output& output,
                                                  const WsOptions& options) const {
  const int64_t interval = options.ping_interval_ms;
  if (interval == 0 || output.ping_outstanding) return std::nullopt;
  const int64_t first = since_ms_ + phase_ms(output.connection, interval);
  const int64_t due = output.pinged_ms == 0 ? first : std::max(first, output.pinged_ms + interval);
  // Pings that are due at nearly the same time are sent together: one wake-up of this process for
  // all of them, and one for their answers.
  const int64_t step = std::clamp<int64_t>(interval / 100, 1, 300);
  return due - due % step;
}

std::optional<int64_t> PeerDeadlines::pong_due_ms(const Output& output,
                                                  const WsOptions& options) const {
  if (!output.ping_outstanding && !output.blocked) return std::nullopt;
  return std::max({output.pinged_ms, received_ms_, progress_ms_}) + options.pong_timeout_ms;
}

}  // namespace hermod
