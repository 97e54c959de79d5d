#include "kit/frame.h"

namespace hermod::bench {
namespace {

constexpr size_t kControlPayloadMax = 125;

uint8_t byte_at(std::string_view bytes, size_t at) {
  return static_cast<uint8_t>(bytes[at]);
}

uint64_t big_endian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char byte : bytes) value = (value << 8) | static_cast<uint8_t>(byte);
  return value;
}

bool known(uint8_t opcode) {
  return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

// `marker` is the mask bit: 0x80 or 0.
void append_length(std::string& out, size_t length, uint8_t marker) {
  if (length < 126) {
    out += static_cast<char>(marker | length);
    return;
  }
  const int bytes = length < 65536 ? 2 : 8;
  out += static_cast<char>(marker | (bytes == 2 ? 126 : 127));
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(length >> (8 * i));
}

}  // namespace

ParseState parse_server_frame(std::string_view bytes, size_t payload_max, Frame& frame) {
  if (bytes.size() < 2) return ParseState::kNeedMore;
  const uint8_t first = byte_at(bytes, 0);
  const uint8_t second = byte_at(bytes, 1);
  const uint8_t opcode = first & 0x0f;
  if ((first & 0x70) != 0 || (second & 0x80) != 0 || !known(opcode)) return ParseState::kBad;

  const size_t extra = second == 126 ? 2 : second == 127 ? 8 : 0;
  if (bytes.size() < 2 + extra) return ParseState::kNeedMore;
  const uint64_t length = extra == 0 ? second : big_endian(bytes.substr(2, extra));
  const uint64_t shortest = extra == 0 ? 0 : extra == 2 ? 126 : 65536;
  if (length < shortest || length > payload_max) return ParseState::kBad;

  frame.final = (first & 0x80) != 0;
  if (opcode >= 8 && (!frame.final || length > kControlPayloadMax)) return ParseState::kBad;
  if (bytes.size() - 2 - extra < length) return ParseState::kNeedMore;
  frame.opcode = static_cast<Opcode>(opcode);
  frame.payload = bytes.substr(2 + extra, length);
  frame.size = 2 + extra + length;
  return ParseState::kFrame;
}

int close_code(std::string_view payload) {
  return payload.size() < 2 ? 1005 : static_cast<int>(big_endian(payload.substr(0, 2)));
}

std::string client_frame(Opcode opcode, std::string_view payload, uint32_t mask) {
  std::string out;
  out.reserve(payload.size() + 14);
  out += static_cast<char>(0x80 | static_cast<uint8_t>(opcode));
  append_length(out, payload.size(), 0x80);
  for (int i = 3; i >= 0; --i) out += static_cast<char>(mask >> (8 * i));
  for (size_t i = 0; i < payload.size(); ++i) {
    out += static_cast<char>(payload[i] ^ static_cast<char>(mask >> (8 * (3 - i % 4))));
  }
  return out;
}

std::string server_text_header(size_t payload_size) {
  std::string out;
  out += static_cast<char>(0x80 | static_cast<uint8_t>(Opcode::kText));
  append_length(out, payload_size, 0);
  return out;
}

}  // namespace hermod::bench
