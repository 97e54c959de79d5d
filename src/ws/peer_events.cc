// Behaviour of the library (4.1) that determines this code:
// - It answers pings itself, one pong for all pings that it read at once, without a callback. After
//   the last of them it makes the writable callback although none was requested. While pings arrive
//   without a gap, InflowWatch checks the rate.
// - It sends hermod's close frame like any other bytes, after its unsent output. The answer arrives
//   as a close that the client initiates; the socket is closed there.
#include "ws/peer_events.h"

#include "auth/verifier.h"
#include "ws/close_payload.h"
#include "ws/close_reason.h"
#include "ws/ws_peer.h"
#include "ws/ws_shared.h"

namespace hermod {
namespace {

bool accepts_input(const WsPeer& peer) {
  return peer.open() || peer.state() == WsPeer::State::kClosing;
}

void note_received(WsPeer& peer, Instant now) {
  peer.traffic().deadlines().on_received(now.steady_ms);
  if (peer.session().joined()) peer.shared().limits.on_user_change(peer.user());
}

// Stops reading: the client's answer to the close frame would come after the data that it already
// sent.
void on_flood(WsPeer& peer) {
  if (peer.state() == WsPeer::State::kClosing) {
    ++peer.shared().stats.limits_struck["closing_bytes"];
    return peer.drop();
  }
  peer.close_with(refuse_input(Inbound::Outcome::kTooFast, peer.shared().stats));
  peer.traffic().socket().stop_reading();
}

// Sends the close frame that the library does not send.
void fail(WsPeer& peer, CloseCode code, std::string_view message) {
  const auto number = static_cast<uint16_t>(code);
  const std::string reason =
      build_close_reason({ErrorCode::kValidation, message, peer.correlation_id(), std::nullopt});
  std::string frame = build_goodbye(peer.session().form(), {number, reason});
  append_frame(frame, Opcode::kClose, build_close_payload(number, reason));
  peer.traffic().write_last(frame);
  peer.begin_closing(number);
}

void on_closing_due(WsPeer& peer, int64_t now_ms) {
  using Step = ClosingHandshake::State;
  const Step before = peer.closing()->state();
  const Step step = peer.closing()->on_due(now_ms, peer.traffic().socket().has_unsent());
  if (step == Step::kTimedOut) {
    ++peer.shared().stats.limits_struck["close_timeout"];
    return peer.drop();
  }
  if (step == Step::kAwaitEnd && before != step) peer.traffic().socket().end_output();
  peer.shared().wheel.set(peer, peer.closing()->due_ms());
}

}  // namespace

void on_writable(WsPeer& peer) {
  LwsSocket& socket = peer.traffic().socket();
  if (socket.paused()) return;
  const bool asked = socket.take_request();
  if (accepts_input(peer) && !asked && !socket.blocked() &&
      !peer.traffic().admit_pings(peer.shared().now()))
    on_flood(peer);
  if (socket.blocked()) {
    if (!socket.unblock()) return;
    if (!peer.open()) return peer.shared().limits.on_all_sent(peer);
    peer.traffic().deadlines().on_progress(peer.shared().now().steady_ms);
    peer.traffic().session().on_written();
  }
  if (peer.open()) peer.wake();
}

void on_received(WsPeer& peer, const Inbound::Piece& piece) {
  if (peer.state() == WsPeer::State::kClosing &&
      !peer.closing()->admit(piece.bytes.size(), peer.shared().options.closing_bytes_max)) {
    ++peer.shared().stats.limits_struck["closing_bytes"];
    peer.drop();
  }
  if (!peer.open()) return;
  const Instant now = peer.shared().now();
  note_received(peer, now);
  if (const std::optional<Refusal> refusal = peer.traffic().on_piece(piece, peer.user(), now))
    peer.close_with(*refusal);
}

void on_pong(WsPeer& peer, std::string_view payload) {
  if (peer.state() == WsPeer::State::kClosing) {
    if (const StreamId stream_id = peer.closing()->confirmed_by(payload))
      peer.shared().hub.confirm_after(peer.closing()->user(), peer.session().cursor(), stream_id);
  }
  if (!peer.open()) return;
  const Instant now = peer.shared().now();
  note_received(peer, now);
  if (const std::optional<Refusal> refusal = peer.traffic().on_pong(payload, now))
    peer.close_with(*refusal);
  if (!peer.open()) return;
  peer.schedule(now);
  // Messages that were written in the meantime may have waited for this pong to be pinged.
  if (peer.session().ping_due_ms().value_or(INT64_MAX) <= now.steady_ms) peer.wake();
}

void check_inflow(WsPeer& peer, Instant now) {
  if (accepts_input(peer) && !peer.traffic().admit_inflow(now)) on_flood(peer);
}

void on_due(WsPeer& peer) {
  const Instant now = peer.shared().now();
  if (peer.state() == WsPeer::State::kClosing) return on_closing_due(peer, now.steady_ms);
  if (!peer.open()) return;
  if (now.wall_ms >= peer.traffic().deadlines().expires_at_wall_ms())
    return peer.close(CloseCode::kPolicy, ErrorCode::kAuthentication, message(Denied::kExpired));
  if (peer.traffic().is_inflow_due(now)) check_inflow(peer, now);
  if (!peer.open()) return;
  if (peer.waiting()) return peer.shared().limits.on_waiting_due(peer);
  switch (peer.traffic().overdue(now)) {
    case PeerDeadlines::Overdue::kPong:
      ++peer.shared().stats.limits_struck["pong_timeout"];
      return peer.drop();
    case PeerDeadlines::Overdue::kInput:
      ++peer.shared().stats.limits_struck["idle_timeout"];
      return peer.close(CloseCode::kGoingAway, ErrorCode::kTimeout, "idle timeout");
    case PeerDeadlines::Overdue::kNothing:
      break;
  }
  peer.wake();  // a ping is due, or the nearest deadline moved: flush() handles both
  if (peer.traffic().socket().blocked()) peer.schedule(now);
}

int on_client_close(WsPeer& peer, std::string_view payload) {
  if (!peer.open()) return -1;  // the answer to our close frame
  const CloseFault fault = check_close_payload(payload);
  if (!fault.message.empty()) {
    fail(peer, fault.code, fault.message);
    return -1;
  }
  const uint16_t code = close_code_of(payload);
  const bool too_big = code == static_cast<uint16_t>(CloseCode::kTooBig);
  if (too_big) peer.shared().hub.on_payload_refused(peer.session());
  peer.on_closed_by_client(code);
  // The library answers the close frame, unless the rest of the refused message is still unsent;
  // the client need not read that.
  return too_big && peer.traffic().socket().has_unsent() ? -1 : 0;
}

void on_library_close(WsPeer& peer, std::string_view payload) {
  LwsSocket& socket = peer.traffic().socket();
  if (!peer.open()) {
    // Otherwise the library would send its own close frame after ours, or into a socket that is
    // being dropped.
    if (socket.attached() && !socket.has_unsent()) socket.end_output();
    return;
  }
  if (payload.size() < 2) {
    // The library sends no close frame for some violations (an oversized control frame), or if the
    // client has disconnected.
    if (is_peer_connected(socket.fd())) fail(peer, CloseCode::kProtocolError, "invalid frame");
    return;
  }
  const uint16_t code = close_code_of(payload);
  peer.traffic().write_last(build_goodbye(peer.session().form(), {code, payload.substr(2)}));
  peer.begin_closing(code);
  peer.closing()->begin_linger(peer.shared().now().steady_ms);
  peer.shared().wheel.set(peer, peer.closing()->due_ms());
}

}  // namespace hermod
