#pragma once
// The input of one connection: enforces its limits, and assembles the messages that hermod reads.
// Owned by PeerTraffic, which passes it each piece, each control frame and the time.

#include <string>
#include <string_view>
#include <variant>

#include "core/instant.h"
#include "core/shared_frame.h"
#include "core/upgrade.h"
#include "lws/socket_state.h"
#include "ws/inbound.h"
#include "ws/inflow.h"
#include "ws/token_refresh.h"

namespace hermod {

struct Stats;
struct WsOptions;

class PeerInput {
 public:
  void begin(const SocketState& socket, int64_t now_ms) {
    inflow_.begin(socket.received_bytes, now_ms);
  }

  // Counts a piece of a message. kMessage: call take_message().
  Inbound::Outcome on_piece(const Inbound::Piece& piece, FrameForm form, int64_t now_ms,
                            const WsOptions& options);
  std::string take_message() { return inbound_.take_message(); }

  TokenRefresh& token_refresh() { return token_refresh_; }

  // Counts a control frame. False: the client sends too much.
  [[nodiscard]] bool admit_control(size_t bytes, int64_t now_ms, const WsOptions& options);

  // Counts the bytes that the kernel received. False: the client sends too much.
  [[nodiscard]] bool admit_inflow(const SocketState& socket, int64_t now_ms,
                                  const WsOptions& options);

  // Whether the inflow was not counted for so long that a heartbeat should do so.
  bool is_inflow_due(int64_t now_ms) const;

 private:
  Inbound inbound_;
  Inflow inflow_;
  TokenRefresh token_refresh_;
};

// The refusal of an input, which it also counts. `outcome` is kTooBig, kTooFast or kNotText.
Refusal refuse_input(Inbound::Outcome outcome, Stats& stats);

}  // namespace hermod
