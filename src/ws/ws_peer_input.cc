// WsPeer: the input of a connection: its messages, of which hermod reads one kind, and its pongs.
#include <libwebsockets.h>

#include <utility>

#include "ws/socket_state.h"
#include "ws/ws_peer.h"

namespace hermod {

void WsPeer::note_received(Instant now) {
  received_ms_ = now.steady_ms;
  if (!shared_.quota_queue.empty() && session_.joined()) shared_.quota_queue.on_heard(*this);
}

void WsPeer::on_received(const Inbound::Piece& piece) {
  if (state_ == State::kClosing) {
    ending_->received_bytes += static_cast<uint32_t>(piece.bytes.size()) + 1;
    if (ending_->received_bytes > shared_.options.closing_bytes_max) {
      ++shared_.stats.limits_struck["closing_bytes"];
      drop();
    }
  }
  if (state_ != State::kOpen) return;
  const Instant now = shared_.now();
  note_received(now);
  MessageHandler* handler = shared_.options.on_message;
  const auto keep = handler == nullptr ? Inbound::Keep::kCandidates : Inbound::Keep::kEverything;
  const Inbound::Outcome outcome =
      inbound_.take(piece, now.steady_ms, shared_.options.inbound, keep);
  if (outcome == Inbound::Outcome::kMore) return;
  if (outcome != Inbound::Outcome::kMessage) return refuse_input(outcome);
  const std::string message = inbound_.take_message();
  const bool text = piece.kind == Inbound::Kind::kText;
  if (handler != nullptr) {
    handler->on_message(*this, text ? Opcode::kText : Opcode::kBinary, message);
  } else {
    authenticate(message);
  }
}

void WsPeer::refuse_input(Inbound::Outcome outcome) {
  if (outcome == Inbound::Outcome::kNotText) {
    if (reply_) write_last(*reply_);
    close(CloseCode::kInvalidData, ErrorCode::kValidation, "text is not UTF-8");
  } else if (outcome == Inbound::Outcome::kTooBig) {
    ++shared_.stats.limits_struck["client_message_bytes"];
    close(CloseCode::kTooBig, ErrorCode::kValidation, "message too big");
  } else {
    ++shared_.stats.limits_struck["client_rate"];
    close(CloseCode::kPolicy, ErrorCode::kRateLimit, "client sends too much");
  }
}

// The library answers pings itself, one pong for all pings that it read at once, without a
// callback. After the last of them it calls the writable callback although none was requested.
// While pings arrive without a gap, InflowWatch checks the rate.
void WsPeer::on_pinged() {
  const Instant now = shared_.now();
  if (!inbound_.count(0, now.steady_ms, shared_.options.inbound)) return refuse_flood();
  look_at_inflow(now);
}

void WsPeer::look_at_inflow(Instant now) {
  if (state_ != State::kOpen && state_ != State::kClosing) return;
  const SocketState socket = look_at_socket(fd_);
  const InboundLimits& limits = shared_.options.inbound;
  if (socket.known && !inflow_.admit(socket.received_bytes, now.steady_ms, limits)) refuse_flood();
}

// Stops reading: the client's answer to the close frame would come after the data that it already
// sent.
void WsPeer::refuse_flood() {
  if (state_ == State::kClosing) {
    ++shared_.stats.limits_struck["closing_bytes"];
    return drop();
  }
  refuse_input(Inbound::Outcome::kTooFast);
  if (wsi_ != nullptr) lws_rx_flow_control(wsi_, 0);
}

void WsPeer::authenticate(std::string_view text) {
  const std::optional<std::string> token = parse_authenticate(text);
  if (!token) return;
  const Instant now = shared_.now();
  const auto now_ms = static_cast<uint32_t>(now.steady_ms);
  const uint32_t before_ms = std::exchange(refreshed_ms_, now_ms != 0 ? now_ms : 1);
  if (before_ms != 0 && now_ms - before_ms < shared_.options.refresh_interval_ms) {
    ++shared_.stats.limits_struck["token_refreshes"];
    return close(CloseCode::kPolicy, ErrorCode::kRateLimit, "tokens sent too often");
  }
  const Verdict verdict = shared_.verifier.verify(*token, now.wall_ms);
  if (const auto* denied = std::get_if<Denied>(&verdict)) {
    ++shared_.stats.jwt_validations[label(*denied)];
    close(CloseCode::kPolicy, ErrorCode::kAuthentication, hermod::message(*denied));
    return;
  }
  ++shared_.stats.jwt_validations["success"];
  const auto& identity = std::get<Identity>(verdict);
  if (identity.user != user()) {
    close(CloseCode::kPolicy, ErrorCode::kAuthentication, "wrong subject");
    return;
  }
  expires_at_wall_ms_ = identity.expires_at_ms;
  // One answer covers all tokens that arrived before it is sent.
  reply_.reset();
  reply(Opcode::kText,
        R"({"type":"authenticated","expires_at":")" + iso8601(identity.expires_at_ms) + "\"}");
}

void WsPeer::on_pong(std::string_view payload) {
  if (state_ == State::kClosing) on_last_pong(payload);
  if (state_ != State::kOpen) return;
  const Instant now = shared_.now();
  note_received(now);
  const bool owed = session_.ping_outstanding();
  session_.on_pong(payload);
  if (state_ != State::kOpen) return;
  // A pong that answers our ping does not count against the client's rate.
  const bool answered = owed && !session_.ping_outstanding();
  if (!answered && !inbound_.count(payload.size(), now.steady_ms, shared_.options.inbound)) {
    return refuse_input(Inbound::Outcome::kTooFast);
  }
  schedule(now);
  // Messages that were written in the meantime may have waited for this pong to be pinged.
  if (session_.ping_due_ms().value_or(INT64_MAX) <= now.steady_ms) wake();
}

}  // namespace hermod
