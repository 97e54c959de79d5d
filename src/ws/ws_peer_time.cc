// WsPeer: the deadlines of a connection. One entry in the timer wheel represents all of them and is
// set to the nearest one. Input from the client only moves deadlines later, so the entry is
// rescheduled only for an earlier deadline; when it fires, all deadlines are checked.
//
// - ping: every ping_interval_ms, with a phase per connection; delivery pings count;
// - pong: nothing received for pong_timeout_ms after a ping, or after bytes that the kernel does
//   not accept. A slow client is distinguished from a dead one by its kernel: while that accepts
//   bytes, the timeout restarts;
// - idle: nothing received for idle_timeout_ms;
// - expiry of the token, on the wall clock;
// - closing: the close frame is not answered within close_timeout_ms. Before that, our side of the
//   socket is shut down if the client violated the protocol.
#include <libwebsockets.h>

#include <algorithm>
#include <utility>

#include "ws/socket_state.h"
#include "ws/ws_peer.h"

namespace hermod {
namespace {

// A heartbeat checks the inflow of a connection if nothing else has done so for this long.
constexpr int64_t kInflowIdleMs = 10'000;

// A phase per connection, so that the pings of many connections are spread: multiples of the golden
// ratio are distributed evenly in an interval.
int64_t phase_ms(uint64_t id, int64_t interval_ms) {
  constexpr uint64_t kGolden = 0x9e3779b97f4a7c15;  // 2^64 divided by the golden ratio
  return static_cast<int64_t>((id * kGolden >> 32) * static_cast<uint64_t>(interval_ms) >> 32);
}

}  // namespace

void WsPeer::on_due() {
  const Instant now = shared_.now();
  if (state_ == State::kClosing) return on_closing_due(now.steady_ms);
  if (state_ != State::kOpen) return;
  const WsOptions& options = shared_.options;
  if (now.wall_ms >= expires_at_wall_ms_) {
    return close(CloseCode::kPolicy, ErrorCode::kAuthentication, message(Denied::kExpired));
  }
  if (inflow_.idle_ms(now.steady_ms) >= kInflowIdleMs) look_at_inflow(now);
  if (state_ != State::kOpen) return;
  if (waiting()) return shared_.quota_queue.on_due(*this);
  const bool silent = expects_data() && now.steady_ms >= pong_due_ms();
  const bool idle = now.steady_ms >= received_ms_ + options.idle_timeout_ms;
  if (silent || idle) ask_kernel(now);
  if (expects_data() && now.steady_ms >= pong_due_ms()) {
    ++shared_.stats.limits_struck["pong_timeout"];
    return drop();
  }
  if (now.steady_ms >= received_ms_ + options.idle_timeout_ms) {
    ++shared_.stats.limits_struck["idle_timeout"];
    return close(CloseCode::kGoingAway, ErrorCode::kTimeout, "idle timeout");
  }
  wake();  // a ping is due, or the nearest deadline moved: flush() handles both
  if (draining_) schedule(now);
}

void WsPeer::ask_kernel(Instant now) {
  const SocketState state = look_at_socket(lws_get_socket_fd(wsi_));
  if (!state.known) return;
  received_ms_ = std::max(received_ms_, now.steady_ms - state.received_ago_ms);
  // If the kernel acknowledged everything, the client received the ping and does not answer.
  if (state.all_acked) return;
  progress_ms_ = std::max(progress_ms_, now.steady_ms - state.acked_ago_ms);
}

int64_t WsPeer::ping_due_ms() const {
  const int64_t interval = shared_.options.ping_interval_ms;
  if (interval == 0 || session_.ping_outstanding()) return 0;
  const int64_t last = session_.pinged_at_ms();
  const int64_t first = since_ms_ + phase_ms(id_, interval);
  const int64_t due = last == 0 ? first : std::max(first, last + interval);
  // Pings that are due at nearly the same time are sent together: one wake-up of this process for
  // all of them, and one for their answers.
  const int64_t step = std::clamp<int64_t>(interval / 100, 1, 300);
  return due - due % step;
}

int64_t WsPeer::pong_due_ms() const {
  const int64_t since = std::max({session_.pinged_at_ms(), received_ms_, progress_ms_});
  return since + shared_.options.pong_timeout_ms;
}

int64_t WsPeer::next_due_ms(Instant now) const {
  int64_t due = received_ms_ + shared_.options.idle_timeout_ms;
  due = std::min(due, now.steady_ms + (expires_at_wall_ms_ - now.wall_ms));
  if (expects_data()) due = std::min(due, pong_due_ms());
  if (draining_) return due;  // no ping can be sent
  if (const int64_t ping = ping_due_ms(); ping != 0) due = std::min(due, ping);
  if (const std::optional<int64_t> held = session_.ping_due_ms()) due = std::min(due, *held);
  return due;
}

void WsPeer::schedule(Instant now) {
  const int64_t due = next_due_ms(now);
  if (!scheduled() || due < due_ms()) shared_.wheel.set(*this, due);
}

}  // namespace hermod
