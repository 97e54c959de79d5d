#pragma once
// WebSocket frames (RFC 6455 section 5.2), both ways: what a server sends is read, what a client
// sends is written. Pure.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hermod::bench {

enum class Opcode : uint8_t {
  kContinuation = 0,
  kText = 1,
  kBinary = 2,
  kClose = 8,
  kPing = 9,
  kPong = 10,
};

struct Frame {
  Opcode opcode = Opcode::kText;
  bool final = true;
  std::string_view payload;  // into the bytes that were parsed
  size_t size = 0;           // of the whole frame
};

enum class ParseState { kFrame, kNeedMore, kBad };

// Reads the frame that `bytes` begin with. Bad is what a server never sends when no extension was
// agreed on: reserved bits, unknown opcodes, a mask, a control frame that is long or in parts, a
// length that is not the shortest form or beyond `payload_max`.
ParseState parse_server_frame(std::string_view bytes, size_t payload_max, Frame& frame);

// The status code that a close frame's payload begins with; 1005 where there is none
// (RFC 6455 section 7.1.5).
int close_code(std::string_view payload);

// A final frame as a client sends it, masked with `mask`.
std::string client_frame(Opcode opcode, std::string_view payload, uint32_t mask);

// The header of a final, unmasked text frame, as a server sends it.
std::string server_text_header(size_t payload_size);

}  // namespace hermod::bench
