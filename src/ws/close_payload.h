#pragma once
// The payload of a close frame: the close code, then the reason (RFC 6455 section 5.5.1). WsPeer
// builds it, and peer_events.cc checks that of a client.

#include <cstdint>
#include <string>
#include <string_view>

#include "core/peer.h"
#include "core/shared_frame.h"
#include "frames/server_frames.h"

namespace hermod {

inline constexpr uint16_t kNoCloseCode = 1005;   // RFC 6455 section 7.4.1: a frame without a code
inline constexpr uint16_t kNoCloseFrame = 1006;  // the same section: the socket closed without one

std::string build_close_payload(uint16_t code, std::string_view reason);

uint16_t close_code_of(std::string_view payload);

// The encoded frame `goodbye` that precedes a close frame. Empty for a plain client.
std::string build_goodbye(FrameForm form, const Goodbye& goodbye);

// How the payload of a client's close frame violates the protocol; not at all if `message` is
// empty.
struct CloseFault {
  CloseCode code = CloseCode::kProtocolError;
  std::string_view message;
};
CloseFault check_close_payload(std::string_view payload);

// The code as a label value: its digits for the codes of RFC 6455 and hermod's own, otherwise
// "other". Static storage.
std::string_view close_code_label(uint16_t code);

}  // namespace hermod
