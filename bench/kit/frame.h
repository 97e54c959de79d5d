#pragma once
// WebSocket frames (RFC 6455 section 5.2): parses frames of a server, builds frames of a client and
// headers of a server. Pure functions.

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
  std::string_view payload;  // a view into the parsed bytes
  size_t size = 0;           // of the whole frame
};

enum class ParseState { kFrame, kNeedMore, kBad };

// Parses the frame at the start of `bytes`. A frame is bad if a server may not send it without an
// extension: reserved bits, an unknown opcode, a mask, a control frame that is too long or
// fragmented, a length that is not minimal. A payload above `payload_max` is bad, too.
ParseState parse_server_frame(std::string_view bytes, size_t payload_max, Frame& frame);

// The status code of a close frame's payload; 1005 if it has none (RFC 6455 section 7.1.5).
int close_code(std::string_view payload);

// An unfragmented frame of a client, masked with `mask`.
std::string client_frame(Opcode opcode, std::string_view payload, uint32_t mask);

// The header of an unfragmented text frame of a server.
std::string server_text_header(size_t payload_size);

}  // namespace hermod::bench
