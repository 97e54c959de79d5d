#include "ws/peer_input.h"

#include <cassert>

#include "hermod/stats.h"
#include "ws/ws_options.h"

namespace hermod {
namespace {

// A heartbeat checks the inflow of a connection if nothing else has done so for this long.
constexpr int64_t kInflowIdleMs = 10'000;

}  // namespace

Inbound::Outcome PeerInput::on_piece(const Inbound::Piece& piece, FrameForm form, int64_t now_ms,
                                     const WsOptions& options) {
  auto keep = form == FrameForm::kV1 ? Inbound::Keep::kFrames : Inbound::Keep::kCandidates;
  if (options.on_message != nullptr) keep = Inbound::Keep::kEverything;
  return inbound_.take(piece, now_ms, options.inbound, keep);
}

bool PeerInput::admit_control(size_t bytes, int64_t now_ms, const WsOptions& options) {
  return inbound_.count(bytes, now_ms, options.inbound);
}

bool PeerInput::admit_inflow(const SocketState& socket, int64_t now_ms, const WsOptions& options) {
  return !socket.known || inflow_.admit(socket.received_bytes, now_ms, options.inbound);
}

bool PeerInput::is_inflow_due(int64_t now_ms) const {
  return inflow_.idle_ms(now_ms) >= kInflowIdleMs;
}

Refusal refuse_input(Inbound::Outcome outcome, Stats& stats) {
  switch (outcome) {
    case Inbound::Outcome::kNotText:
      return {CloseCode::kInvalidData, ErrorCode::kValidation, "text is not UTF-8"};
    case Inbound::Outcome::kTooBig:
      ++stats.limits_struck["client_message_bytes"];
      return {CloseCode::kTooBig, ErrorCode::kValidation, "message too big"};
    default:
      assert(outcome == Inbound::Outcome::kTooFast);
      ++stats.limits_struck["client_rate"];
      return {CloseCode::kPolicy, ErrorCode::kRateLimit, "client sends too much"};
  }
}

}  // namespace hermod
