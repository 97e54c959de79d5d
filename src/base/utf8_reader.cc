#include "base/utf8_reader.h"

#include <cassert>

namespace hermod {

bool Utf8Reader::take(std::string_view bytes) {
  for (const char one : bytes) {
    const auto byte = static_cast<uint8_t>(one);
    if (owed_ == 0) {
      if (byte >= 0x80 && !begin(byte)) return false;
      continue;
    }
    if (byte < lowest_ || byte > highest_) return false;
    lowest_ = 0x80;
    highest_ = 0xbf;
    --owed_;
  }
  return true;
}

bool Utf8Reader::begin(uint8_t byte) {
  assert(owed_ == 0);
  assert(byte >= 0x80);
  if (byte < 0xc2 || byte > 0xf4) return false;
  owed_ = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
  if (byte == 0xe0) lowest_ = 0xa0;
  if (byte == 0xed) highest_ = 0x9f;
  if (byte == 0xf0) lowest_ = 0x90;
  if (byte == 0xf4) highest_ = 0x8f;
  return true;
}

}  // namespace hermod
