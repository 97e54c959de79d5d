#include "base/escape.h"

#include <cassert>
#include <cstdint>

namespace hermod {
namespace {

constexpr std::string_view kEllipsis = "\xe2\x80\xa6";

// One character and its length in bytes. An invalid byte counts as one character.
struct Character {
  char32_t code = 0;
  size_t bytes = 1;
  bool valid = false;
};

size_t sequence_bytes(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 0;
}

// The lowest code point that needs this many bytes; lower ones are overlong forms.
constexpr char32_t kLeastCode[] = {0, 0, 0x80, 0x800, 0x10000};

Character first_character(std::string_view text) {
  assert(!text.empty());
  const auto lead = static_cast<unsigned char>(text[0]);
  const size_t bytes = sequence_bytes(lead);
  if (bytes == 0 || bytes > text.size()) return {};
  if (bytes == 1) return {lead, 1, true};
  char32_t code = lead & (0x7fU >> bytes);
  for (size_t i = 1; i < bytes; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0) != 0x80) return {};
    code = code << 6 | (byte & 0x3fU);
  }
  const bool surrogate = code >= 0xd800 && code < 0xe000;
  if (code < kLeastCode[bytes] || code > 0x10ffff || surrogate) return {};
  return {code, bytes, true};
}

// Characters that a terminal or a log viewer interprets instead of showing them.
bool is_control(char32_t code) {
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return true;        // C0, DEL, C1
  if (code == 0x061c || code == 0x200e || code == 0x200f) return true;  // direction marks
  if (code >= 0x2028 && code <= 0x202e) return true;  // line separators, bidirectional embedding
  return (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

void append_hex(std::string& out, char32_t code) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[(code >> shift) & 0xf];
}

void append_harmless(std::string& out, const Character& character, std::string_view bytes) {
  if (!character.valid) return append_hex(out, 0xfffd);
  if (is_control(character.code) && character.code != '\t') return append_hex(out, character.code);
  out += bytes;
}

void append_character(std::string& out, const Character& character, std::string_view bytes) {
  switch (character.code) {
    case '"':
    case '\\':
      out += '\\';
      out += bytes;
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      append_harmless(out, character, bytes);
  }
}

}  // namespace

void append_escaped(std::string& out, std::string_view text, size_t bytes_max) {
  size_t consumed = 0;
  while (consumed < text.size()) {
    const std::string_view rest = text.substr(consumed);
    const Character character = first_character(rest);
    if (consumed + character.bytes > bytes_max) {
      out += kEllipsis;
      return;
    }
    append_character(out, character, rest.substr(0, character.bytes));
    consumed += character.bytes;
  }
}

std::string escaped(std::string_view text, size_t bytes_max) {
  std::string out;
  append_escaped(out, text, bytes_max);
  return out;
}

std::string harmless(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Character character = first_character(text);
    append_harmless(out, character, text.substr(0, character.bytes));
    text.remove_prefix(character.bytes);
  }
  return out;
}

}  // namespace hermod
