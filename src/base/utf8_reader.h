#pragma once
// Says whether a text that comes in pieces is UTF-8 (RFC 3629), at the first byte that cannot be.

#include <cstdint>
#include <string_view>

namespace hermod {

class Utf8Reader {
 public:
  // False: what came so far is the beginning of no UTF-8 text. Nothing may follow then.
  [[nodiscard]] bool take(std::string_view bytes);

  // What came so far ends on a whole character.
  bool complete() const { return owed_ == 0; }

  void reset() { *this = {}; }

 private:
  bool begin(uint8_t byte);

  uint8_t owed_ = 0;  // bytes that the character under way still needs
  // What the next of them may be: narrower behind the first byte of what would otherwise be an
  // overlong form, a surrogate, or above U+10FFFF.
  uint8_t lowest_ = 0x80;
  uint8_t highest_ = 0xbf;
};

}  // namespace hermod
