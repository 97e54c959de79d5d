#include "auth/base64url.h"

#include <array>
#include <cstdint>

namespace hermod {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr uint8_t kNone = 0x80;

constexpr std::array<uint8_t, 256> make_values() {
  std::array<uint8_t, 256> values{};
  for (uint8_t& value : values) value = kNone;
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<uint8_t>(i);
  }
  return values;
}
constexpr std::array<uint8_t, 256> kValues = make_values();

uint32_t value_of(char character) {
  return kValues[static_cast<unsigned char>(character)];
}

char low_byte(uint32_t bits) {
  return static_cast<char>(static_cast<unsigned char>(bits & 0xff));
}

// Decodes the last two or three characters, which encode one or two bytes.
bool decode_tail(std::string_view tail, std::string& bytes) {
  if (tail.empty()) return true;
  if (tail.size() == 1) return false;
  const uint32_t a = value_of(tail[0]);
  const uint32_t b = value_of(tail[1]);
  const uint32_t c = tail.size() == 3 ? value_of(tail[2]) : 0;
  if (((a | b | c) & kNone) != 0) return false;
  const uint32_t bits = a << 18 | b << 12 | c << 6;
  const uint32_t unused = tail.size() == 3 ? 0xff : 0xffff;
  if ((bits & unused) != 0) return false;
  bytes += low_byte(bits >> 16);
  if (tail.size() == 3) bytes += low_byte(bits >> 8);
  return true;
}

}  // namespace

std::string base64url_encode(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() * 4 + 2) / 3);
  uint32_t bits = 0;
  int count = 0;
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    count += 8;
    while (count >= 6) {
      count -= 6;
      text += kAlphabet[bits >> count & 0x3f];
    }
  }
  if (count > 0) text += kAlphabet[bits << (6 - count) & 0x3f];
  return text;
}

bool base64url_decode(std::string_view text, std::string& bytes) {
  const size_t start = bytes.size();
  const size_t quads = text.size() / 4;
  bytes.resize(start + quads * 3);
  char* to = bytes.data() + start;
  for (size_t i = 0; i < quads; ++i) {
    const char* four = text.data() + i * 4;
    const uint32_t a = value_of(four[0]);
    const uint32_t b = value_of(four[1]);
    const uint32_t c = value_of(four[2]);
    const uint32_t d = value_of(four[3]);
    if (((a | b | c | d) & kNone) != 0) return false;
    const uint32_t bits = a << 18 | b << 12 | c << 6 | d;
    *to++ = low_byte(bits >> 16);
    *to++ = low_byte(bits >> 8);
    *to++ = low_byte(bits);
  }
  return decode_tail(text.substr(quads * 4), bytes);
}

}  // namespace hermod
