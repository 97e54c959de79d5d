#pragma once
// Encodes the WebSocket frames of the server (RFC 6455 section 5.2: FIN set, unmasked) that are for
// one connection: pings, close frames and replies. Messages are encoded by core/shared_frame.h.

#include <cstdint>
#include <string>
#include <string_view>

namespace hermod {

enum class Opcode : uint8_t { kText = 1, kBinary = 2, kClose = 8, kPing = 9 };

void append_frame(std::string& out, Opcode opcode, std::string_view payload);

}  // namespace hermod
