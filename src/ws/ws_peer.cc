// The beginning of a connection, its input and its output. Its end is in ws_peer_end.cc, its
// deadlines are in ws_peer_time.cc.
//
// LWS_WRITE_RAW sends bytes as they are, at once, from any callback of the loop; what the kernel
// refuses the library keeps, and drains before anything that is written later.
#include "ws/ws_peer.h"

#include <libwebsockets.h>

#include <algorithm>
#include <cassert>

#include "base/random.h"

namespace hermod {

WsPeer::WsPeer(WsShared& shared, uint64_t id, UpgradeRequest request)
    : shared_(shared),
      request_(std::make_unique<UpgradeRequest>(std::move(request))),
      session_(shared.hub, *this),
      id_(id) {
  if (request_->correlation_id.empty()) return;
  correlation_id_ = std::make_unique<std::string>(std::move(request_->correlation_id));
}

std::string_view WsPeer::correlation_id() {
  if (!correlation_id_) correlation_id_ = std::make_unique<std::string>(random_uuid());
  return *correlation_id_;
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
  measured_ms_ = static_cast<uint32_t>(now.steady_ms);
  if (const auto* identity = std::get_if<Identity>(&request_->verdict)) {
    expires_at_wall_ms_ = identity->expires_at_ms;
    if (!shared_.hub.has_room(identity->user)) return wait();
  }
  settle();
}

// Joins or is refused, as the request's verdict says.
void WsPeer::settle() {
  const std::unique_ptr<UpgradeRequest> request = std::move(request_);
  Tracer* tracer = shared_.options.tracer;
  Span span = tracer != nullptr ? begin_connect() : Span();
  if (const auto* refusal = std::get_if<Refusal>(&request->verdict)) {
    refuse(*refusal, span);
  } else {
    join(std::get<Identity>(request->verdict), span);
  }
  if (tracer != nullptr) tracer->end(span);
}

void WsPeer::join(const Identity& identity, Span& span) {
  span.set("user.id", identity.user);
  [[maybe_unused]] const bool had_room = shared_.hub.join(session_, identity.user);
  assert(had_room);
  joined_ = true;
  if (span.recording()) session_.set_trace({span.context, identity.user});
  ++shared_.stats.connections_accepted;
  ++shared_.stats.connections_active;
  shared_.log.debug("a client connected", {{"connection", id_}, {"user", identity.user}});
  if (shared_.watcher != nullptr) shared_.watcher->on_connected(id_, session_);
  if (state_ == State::kOpen) schedule(shared_.now());
}

void WsPeer::refuse(const Refusal& refusal, Span& span) {
  span.fail({refusal.error, refusal.message}, "connection.accept");
  shared_.stats.count_refusal(to_string(refusal.error));
  close(refusal.code, refusal.error, refusal.message);
}

// --- what the client sends

void WsPeer::on_received(const Inbound::Piece& piece) {
  if (state_ == State::kClosing) {
    ending_->received_bytes += static_cast<uint32_t>(piece.bytes.size()) + 1;
    if (ending_->received_bytes > shared_.options.closing_bytes_max) {
      ++shared_.stats.limits_struck["closing_bytes"];
      drop();
    }
  }
  if (state_ != State::kOpen) return;
  const Now now = shared_.now();
  hear(now);
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
    close(CloseCode::kInvalidData, ErrorCode::kValidation, "not UTF-8");
  } else if (outcome == Inbound::Outcome::kTooBig) {
    ++shared_.stats.limits_struck["client_message_bytes"];
    close(CloseCode::kTooBig, ErrorCode::kValidation, "message too big");
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
    close(CloseCode::kPolicy, ErrorCode::kAuthentication, "another user's");
    return;
  }
  expires_at_wall_ms_ = identity.expires_at_ms;
  // One answer stands for all that came before it could go out.
  reply_.reset();
  reply(Opcode::kText,
        R"({"type":"authenticated","expires_at":")" + iso8601(identity.expires_at_ms) + "\"}");
}

void WsPeer::on_pong(std::string_view payload) {
  if (state_ == State::kClosing) on_last_pong(payload);
  if (state_ != State::kOpen) return;
  const Now now = shared_.now();
  hear(now);
  const bool owed = session_.ping_outstanding();
  session_.on_pong(payload);
  if (state_ != State::kOpen) return;
  // An answer to a ping of ours is none of the client's own talk.
  const bool answered = owed && !session_.ping_outstanding();
  if (!answered && !inbound_.count(payload.size(), now.steady_ms, shared_.options.inbound)) {
    return refuse_input(Inbound::Outcome::kTooFast);
  }
  schedule(now);
  // What was written meanwhile may have waited for the answer only.
  if (session_.ping_due_ms().value_or(INT64_MAX) <= now.steady_ms) wake();
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
  lws_callback_on_writable(wsi_);
}

void WsPeer::flush(Now now) {
  touched_ = false;
  if (state_ != State::kOpen) return leave_hub();
  if (!draining_ && floods(now)) return refuse_input(Inbound::Outcome::kTooFast);
  write_share(now);
}

void WsPeer::relieve() {
  if (state_ == State::kOpen) write_share(shared_.now());
}

void WsPeer::write_share(Now now) {
  if (draining_ || waiting()) return;  // on_writable comes, or the verdict
  std::string& out = shared_.scratch;
  out.clear();
  if (const std::unique_ptr<std::string> replies = std::move(reply_)) out += *replies;
  session_.gather(now, out, shared_.options.write_bytes_max);
  if (state_ != State::kOpen) return wake();  // gathering ended it: what it took is not delivered
  const int64_t ping_due = ping_due_ms();
  const bool due = ping_due != 0 && now.steady_ms >= ping_due;
  if (asked_ || due) session_.ping(now, out);
  asked_ = false;
  if (!out.empty()) {
    if (!write(out)) return;
    draining_ = lws_partial_buffered(wsi_) != 0;
    progress_ms_ = now.steady_ms;
    if (!draining_) {
      session_.on_written();
      // One share a turn: the others are not kept waiting by one long outbox.
      if (session_.has_output()) lws_callback_on_writable(wsi_);
    }
  }
  if (state_ == State::kOpen) schedule(now);
}

void WsPeer::stall() {
  stalled_ = draining_ = true;
}

void WsPeer::flow() {
  stalled_ = false;
  if (wsi_ != nullptr) on_writable();
}

void WsPeer::on_writable() {
  if (stalled_) return;
  if (draining_) {
    if (lws_partial_buffered(wsi_) != 0) return;
    draining_ = false;
    progress_ms_ = shared_.now().steady_ms;
    if (state_ == State::kOpen) session_.on_written();
  }
  if (state_ == State::kOpen) wake();
}

bool WsPeer::write(std::string_view bytes) {
  auto* data = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
  if (lws_write(wsi_, data, bytes.size(), LWS_WRITE_RAW) >= 0) return true;
  drop();
  return false;
}

}  // namespace hermod
