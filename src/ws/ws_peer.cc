// The wire's half of a connection: establishing, reading, writing, closing. Its deadlines are in
// ws_peer_time.cc.
//
// Rules of the library (4.1) that shape this:
// - LWS_WRITE_RAW sends bytes as they are, at once, from any callback; what the kernel refuses is
// kept and
//   drained before anything that is written later, our close frame too;
// - a close frame of our own leaves the library in its open state, so the client's answer arrives
// as a
//   close begun by the client: there the socket is ended;
// - LWS_TO_KILL_SYNC would call back inside the call, so a drop is LWS_TO_KILL_ASYNC, which needs
// the
//   library's service to be woken.
#include "ws/ws_peer.h"

#include <libwebsockets.h>

#include <algorithm>
#include <cassert>

#include "base/random.h"
#include "ws/close_reason.h"

namespace hermod {

WsPeer::WsPeer(WsShared& shared, uint64_t id, UpgradeRequest request)
    : shared_(shared),
      request_(std::make_unique<UpgradeRequest>(std::move(request))),
      session_(shared.hub, *this),
      id_(id) {
  const std::string& text = request_->correlation_id;
  correlation_id_bytes_ = static_cast<uint8_t>(std::min(text.size(), correlation_id_.size()));
  std::copy_n(text.begin(), correlation_id_bytes_, correlation_id_.begin());
}

WsPeer::~WsPeer() {
  assert(!scheduled() && !touched_ && !joined_);
}

// --- the beginning

void WsPeer::on_established(lws* wsi) {
  assert(state_ == State::kHandshake && request_);
  wsi_ = wsi;
  state_ = State::kOpen;
  const Now now = shared_.now();
  since_ms_ = heard_ms_ = progress_ms_ = now.steady_ms;
  const std::unique_ptr<UpgradeRequest> request = std::move(request_);
  if (const auto* refusal = std::get_if<Refusal>(&request->verdict)) {
    refuse(*refusal);
  } else {
    join(std::get<Identity>(request->verdict));
  }
}

void WsPeer::join(const Identity& identity) {
  expires_at_wall_ms_ = identity.expires_at_ms;
  if (!shared_.hub.join(session_, identity.user)) {
    ++shared_.stats.limits_struck["connections_per_user"];
    refuse({CloseCode::kQuota, ErrorCode::kQuotaExceeded, "too many connections for this user"});
    return;
  }
  joined_ = true;
  ++shared_.stats.connections_accepted;
  ++shared_.stats.connections_active;
  if (shared_.options.ping_interval_ms > 0) {
    const auto interval = static_cast<uint64_t>(shared_.options.ping_interval_ms);
    first_ping_ms_ = since_ms_ + static_cast<int64_t>(random_u64() % interval);
  }
  shared_.log.debug("a client connected", {{"connection", id_}, {"user", identity.user}});
  if (state_ == State::kOpen) schedule(shared_.now());
}

void WsPeer::refuse(const Refusal& refusal) {
  ++shared_.stats.connections_rejected;
  ++shared_.stats.refusals[to_string(refusal.error)];
  close(refusal.code, refusal.error, refusal.message);
}

// --- what the client sends

int WsPeer::on_received(const Inbound::Piece& piece) {
  if (state_ == State::kClosing) {
    closing_bytes_ += static_cast<uint32_t>(piece.bytes.size()) + 1;
    if (closing_bytes_ > shared_.options.closing_bytes_max) drop();
  }
  if (state_ != State::kOpen) return 0;
  const Now now = shared_.now();
  heard_ms_ = now.steady_ms;
  MessageHandler* handler = shared_.options.on_message;
  const auto keep = handler == nullptr ? Inbound::Keep::kCandidates : Inbound::Keep::kEverything;
  const Inbound::Outcome outcome =
      inbound_.take(piece, now.steady_ms, shared_.options.inbound, keep);
  if (outcome == Inbound::Outcome::kTooBig || outcome == Inbound::Outcome::kTooFast) {
    too_much(outcome);
  } else if (outcome == Inbound::Outcome::kMessage) {
    const std::string message = inbound_.take_message();
    const bool text = piece.kind == Inbound::Kind::kText;
    if (handler != nullptr) {
      handler->on_message(*this, text ? Opcode::kText : Opcode::kBinary, message);
    } else {
      authenticate(message);
    }
  }
  return 0;
}

void WsPeer::too_much(Inbound::Outcome outcome) {
  if (outcome == Inbound::Outcome::kTooBig) {
    ++shared_.stats.limits_struck["client_message_bytes"];
    close(CloseCode::kTooBig, ErrorCode::kValidation, "the message is too big");
  } else {
    ++shared_.stats.limits_struck["client_rate"];
    close(CloseCode::kPolicy, ErrorCode::kRateLimit, "the client sends too much");
  }
}

void WsPeer::authenticate(std::string_view text) {
  const std::optional<std::string> token = parse_authenticate(text);
  if (!token) return;
  const Verdict verdict = shared_.verifier.verify(*token, shared_.now().wall_ms);
  if (const auto* denied = std::get_if<Denied>(&verdict)) {
    ++shared_.stats.jwt_validations[label(*denied)];
    close(CloseCode::kPolicy, ErrorCode::kAuthentication, hermod::message(*denied));
    return;
  }
  ++shared_.stats.jwt_validations["success"];
  const auto& identity = std::get<Identity>(verdict);
  if (identity.user != user()) {
    close(CloseCode::kPolicy, ErrorCode::kAuthentication, "the token belongs to another user");
    return;
  }
  expires_at_wall_ms_ = identity.expires_at_ms;
  // One answer stands for all that came before it could go out.
  reply_.reset();
  reply(Opcode::kText,
        R"({"type":"authenticated","expires_at":")" + iso8601(identity.expires_at_ms) + "\"}");
}

int WsPeer::on_pong(std::string_view payload) {
  if (state_ != State::kOpen) return 0;
  const Now now = shared_.now();
  heard_ms_ = now.steady_ms;
  if (!inbound_.count(payload.size(), now.steady_ms, shared_.options.inbound)) {
    too_much(Inbound::Outcome::kTooFast);
    return 0;
  }
  session_.on_pong(payload);
  if (state_ == State::kOpen) schedule(now);
  return 0;
}

// --- output

void WsPeer::wake() {
  if (touched_) return;
  touched_ = true;
  shared_.touched.push_back(this);
}

void WsPeer::reply(Opcode opcode, std::string_view payload) {
  if (!reply_) reply_ = std::make_unique<std::string>();
  append_frame(*reply_, opcode, payload);
  wake();
}

void WsPeer::flush() {
  touched_ = false;
  if (state_ != State::kOpen) return leave();
  if (draining_) return;  // on_writable comes
  const Now now = shared_.now();
  std::string& out = shared_.scratch;
  out.clear();
  if (const std::unique_ptr<std::string> replies = std::move(reply_)) out += *replies;
  session_.gather(now, out, shared_.options.write_bytes_max);
  if (state_ != State::kOpen) return leave();  // gathering ended it: what it took is not delivered
  const int64_t ping_due = ping_due_ms();
  if (ping_due != 0 && now.steady_ms >= ping_due) session_.ping(now, out);
  if (!out.empty()) {
    if (!write(out)) return;
    draining_ = lws_partial_buffered(wsi_) != 0;
    if (!draining_) {
      on_taken(now);
      // One share a turn: the others are not kept waiting by one long outbox.
      if (session_.has_output()) lws_callback_on_writable(wsi_);
    }
  }
  if (state_ == State::kOpen) schedule(now);
}

void WsPeer::on_writable() {
  if (draining_) {
    if (lws_partial_buffered(wsi_) != 0) return;
    draining_ = false;
    if (state_ == State::kOpen) on_taken(shared_.now());
  }
  if (state_ == State::kOpen) wake();
}

void WsPeer::on_taken(Now now) {
  progress_ms_ = now.steady_ms;
  session_.on_written();
}

bool WsPeer::write(std::string_view bytes) {
  auto* data = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
  if (lws_write(wsi_, data, bytes.size(), LWS_WRITE_RAW) >= 0) return true;
  drop();
  return false;
}

// --- the end

void WsPeer::close(CloseCode code, ErrorCode error, std::string_view message) {
  if (state_ != State::kOpen) return;
  send_close(code, build_close_reason({error, message, correlation_id(), std::nullopt}));
}

void WsPeer::send_away(std::string_view message, int64_t retry_after_ms) {
  if (state_ != State::kOpen) return;
  send_close(CloseCode::kGoingAway, build_close_reason({ErrorCode::kServiceUnavailable, message,
                                                        correlation_id(), retry_after_ms}));
}

void WsPeer::send_close(CloseCode code, std::string_view reason) {
  const auto number = static_cast<uint16_t>(code);
  begin_closing(number);
  std::string frame;
  append_frame(frame, Opcode::kClose, build_close_payload(number, reason));
  write(frame);
}

void WsPeer::begin_closing(uint16_t code) {
  assert(state_ == State::kOpen);
  state_ = State::kClosing;
  code_ = code;
  close_by_ms_ = shared_.now().steady_ms + shared_.options.close_timeout_ms;
  shared_.wheel.set(*this, close_by_ms_);
  wake();  // to leave the hub outside of whatever the hub is doing now
}

int WsPeer::on_client_close(std::string_view payload) {
  if (state_ != State::kOpen) return -1;  // it answers our close frame: nothing is left to do
  const auto byte = [payload](size_t i) { return static_cast<unsigned char>(payload[i]); };
  const uint16_t none_given = 1005;
  begin_closing(payload.size() < 2 ? none_given : static_cast<uint16_t>(byte(0) << 8 | byte(1)));
  return 0;  // the library answers it
}

void WsPeer::on_library_close(std::string_view payload) {
  if (state_ != State::kOpen || payload.size() < 2) return;
  begin_closing(static_cast<uint16_t>(static_cast<unsigned char>(payload[0]) << 8 |
                                      static_cast<unsigned char>(payload[1])));
}

void WsPeer::drop() {
  if (state_ == State::kDropped || state_ == State::kClosed || wsi_ == nullptr) return;
  state_ = State::kDropped;
  shared_.wheel.cancel(*this);
  wake();
  lws_set_timeout(wsi_, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
  lws_cancel_service(lws_get_context(wsi_));
}

void WsPeer::leave() {
  shared_.hub.leave(session_);
}

void WsPeer::on_closed() {
  if (state_ == State::kClosed) return;
  const bool was_established = since_ms_ >= 0;
  state_ = State::kClosed;
  shared_.wheel.cancel(*this);
  leave();
  wsi_ = nullptr;
  if (!was_established) {
    ++shared_.stats.connections_rejected;
    return;
  }
  const uint16_t vanished = 1006;
  ++shared_.stats.close_codes[close_code_label(code_ == 0 ? vanished : code_)];
  if (!joined_) return;
  joined_ = false;
  ++shared_.stats.connections_closed;
  --shared_.stats.connections_active;
  const int64_t lasted_ms = shared_.now().steady_ms - since_ms_;
  shared_.stats.connection_seconds.add(static_cast<double>(lasted_ms) / 1000);
  shared_.log.debug("a client is gone", {{"connection", id_}, {"code", code_}});
}

}  // namespace hermod
