#pragma once
// Validates UTF-8 (RFC 3629) that arrives in pieces. It fails at the first byte that cannot be part
// of valid UTF-8.

#include <cstdint>
#include <string_view>

namespace hermod {

class Utf8Reader {
 public:
  // Reads the next piece. False: the text is not UTF-8; the reader must not be used again before
  // reset().
  [[nodiscard]] bool take(std::string_view bytes);

  // True if the text so far ends with a complete character.
  bool complete() const { return owed_ == 0; }

  void reset() { *this = {}; }

 private:
  bool begin(uint8_t byte);

  uint8_t owed_ = 0;  // bytes missing from the current character
  // The range of the next continuation byte. It is narrower after a first byte that could begin an
  // overlong form, a surrogate, or a code point above U+10FFFF.
  uint8_t lowest_ = 0x80;
  uint8_t highest_ = 0xbf;
};

}  // namespace hermod
