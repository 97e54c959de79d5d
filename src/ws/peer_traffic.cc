#include "ws/peer_traffic.h"

#include <cassert>
#include <utility>

#include "base/reuse.h"
#include "core/session_frames.h"
#include "frames/client_frames.h"
#include "frames/server_frames.h"
#include "ws/connection_report.h"
#include "ws/ws_shared.h"

namespace hermod {
namespace {

constexpr MalformedFrame kTooLong{ErrorCode::kValidation, "a frame has at most 16 KiB"};

constexpr size_t kScratchBytesMax = 262'144;  // capacity that is kept after a large message

}  // namespace

PeerTraffic::PeerTraffic(WsShared& shared, Peer& peer, uint64_t id, int fd)
    : shared_(shared), id_(id), session_(shared.hub.host(), peer), socket_(fd) {}

void PeerTraffic::begin(Instant now) {
  deadlines_.begin(now.steady_ms);
  input_.begin(socket_.state(), now.steady_ms);
}

void PeerTraffic::accept_token(const Identity& identity) {
  deadlines_.set_expiry(identity.expires_at_ms);
  token_ = identity.facts;
}

// --- output

void PeerTraffic::reply(Opcode opcode, std::string_view payload) {
  if (!replies_) replies_ = std::make_unique<std::string>();
  append_frame(*replies_, opcode, payload);
  socket_.ask_to_write();
}

void PeerTraffic::gather(Instant now) {
  assert(!socket_.blocked());
  std::string& out = shared_.scratch;
  clear_for_reuse(out, kScratchBytesMax);
  if (const std::unique_ptr<std::string> replies = std::move(replies_)) out += *replies;
  session_.gather(now, out, shared_.options.write_bytes_max);
}

bool PeerTraffic::write(Instant now) {
  assert(!socket_.blocked());
  std::string& out = shared_.scratch;
  const bool due = deadlines_.is_ping_due(now.steady_ms, output(), shared_.options);
  if (std::exchange(ping_asked_, false) || due) session_.ping(now, out);
  if (out.empty()) return true;
  if (!socket_.write(out)) return false;
  deadlines_.on_progress(now.steady_ms);
  if (socket_.blocked()) return true;
  session_.on_written();
  // One share per loop iteration, so that one long outbox does not delay the others.
  if (session_.has_output()) socket_.ask_to_write();
  return true;
}

void PeerTraffic::write_last(std::string_view frames) {
  std::string out;
  if (const std::unique_ptr<std::string> replies = std::move(replies_)) out = *replies;
  out += frames;
  if (!out.empty()) (void)socket_.write(out);
}

// --- input

std::optional<Refusal> PeerTraffic::on_piece(const Inbound::Piece& piece, std::string_view user,
                                             Instant now) {
  const Inbound::Outcome outcome =
      input_.on_piece(piece, session_.form(), now.steady_ms, shared_.options);
  if (outcome == Inbound::Outcome::kMore) return std::nullopt;
  if (outcome == Inbound::Outcome::kTooLong) {
    session_.frames()->on_malformed(kTooLong, now);
    return std::nullopt;
  }
  if (outcome != Inbound::Outcome::kMessage) {
    if (outcome == Inbound::Outcome::kNotText) write_last();
    return refuse_input(outcome, shared_.stats);
  }
  const std::string message = input_.take_message();
  if (MessageHandler* const handler = shared_.options.on_message) {
    const bool text = piece.kind == Inbound::Kind::kText;
    handler->on_message(*this, text ? Opcode::kText : Opcode::kBinary, message);
    return std::nullopt;
  }
  if (session_.frames() != nullptr) return on_frame(message, user, now);
  const std::optional<std::string> token = parse_authenticate(message);
  if (!token) return std::nullopt;
  return on_token(*token, user, now);
}

std::optional<Refusal> PeerTraffic::on_frame(std::string_view text, std::string_view user,
                                             Instant now) {
  const ClientFrame frame = parse_client_frame(text);
  if (const auto* given = std::get_if<AuthenticateFrame>(&frame))
    return on_token(given->token, user, now);
  if (const auto* seen = std::get_if<SeenFrame>(&frame)) {
    session_.frames()->on_client_seen(*seen);
  } else if (const auto* fault = std::get_if<MalformedFrame>(&frame)) {
    session_.frames()->on_malformed(*fault, now);
  }
  return std::nullopt;
}

std::optional<Refusal> PeerTraffic::on_token(std::string_view token, std::string_view user,
                                             Instant now) {
  TokenRefresh::Outcome result = input_.token_refresh().on_token(token, user, now, shared_);
  if (auto* refusal = std::get_if<Refusal>(&result)) {
    if (refusal->why) report_refresh_refused(shared_, {id(), user}, *refusal->why);
    return std::move(*refusal);
  }
  const auto& identity = std::get<Identity>(result);
  audit_refreshed(shared_, {id(), user}, identity);
  accept_token(identity);
  const std::string answer = authenticated_frame(identity.expires_at_ms);
  if (SessionFrames* const frames = session_.frames()) {
    frames->send(answer);  // after `welcome`
    return std::nullopt;
  }
  replies_.reset();  // one answer covers all tokens that arrived before it is sent
  reply(Opcode::kText, answer);
  return std::nullopt;
}

std::optional<Refusal> PeerTraffic::on_pong(std::string_view payload, Instant now) {
  const bool was_outstanding = session_.ping_outstanding();
  session_.on_pong(payload);
  // A pong that answers our ping does not count against the client's rate.
  if (was_outstanding && !session_.ping_outstanding()) return std::nullopt;
  if (input_.admit_control(payload.size(), now.steady_ms, shared_.options)) return std::nullopt;
  return refuse_input(Inbound::Outcome::kTooFast, shared_.stats);
}

bool PeerTraffic::admit_pings(Instant now) {
  return input_.admit_control(0, now.steady_ms, shared_.options) && admit_inflow(now);
}

bool PeerTraffic::admit_inflow(Instant now) {
  return input_.admit_inflow(socket_.state(), now.steady_ms, shared_.options);
}

// --- deadlines

PeerDeadlines::Output PeerTraffic::output() const {
  return {id_, socket_.blocked(), session_.ping_outstanding(), session_.pinged_at_ms(),
          session_.output_due_ms()};
}

PeerDeadlines::Overdue PeerTraffic::overdue(Instant now) {
  using Overdue = PeerDeadlines::Overdue;
  if (deadlines_.overdue(now.steady_ms, output(), shared_.options) == Overdue::kNothing)
    return Overdue::kNothing;
  deadlines_.update(socket_.state(), now.steady_ms);
  return deadlines_.overdue(now.steady_ms, output(), shared_.options);
}

int64_t PeerTraffic::next_due_ms(Instant now) const {
  return deadlines_.next_ms(now, output(), shared_.options);
}

bool PeerTraffic::left_unanswered(int64_t since_ms, Instant now) {
  const auto is_overdue = [&] {
    return now.steady_ms >= deadlines_.answer_due_ms(since_ms, output(), shared_.options);
  };
  if (!is_overdue()) return false;
  const SocketState socket = socket_.state();
  deadlines_.update(socket, now.steady_ms);  // an answer may have arrived that was not read yet
  // While the client's kernel acknowledges bytes that were written before the ping, the client is
  // alive.
  if (socket_.blocked() && socket.known && !socket.all_acked)
    deadlines_.on_received(now.steady_ms - socket.acked_ago_ms);
  return deadlines_.received_ms() < since_ms && is_overdue();
}

}  // namespace hermod
