#include "redis_topology/key_slot.h"

#include <array>
#include <cassert>
#include <charconv>

namespace hermod {
namespace {

// CRC-16/XMODEM: polynomial 0x1021, initial value 0, no reflection.
constexpr std::array<uint16_t, 256> make_table() {
  std::array<uint16_t, 256> table{};
  for (uint32_t byte = 0; byte < table.size(); ++byte) {
    uint32_t crc = byte << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc << 1) ^ ((crc & 0x8000) != 0 ? 0x1021U : 0U);
    table[byte] = static_cast<uint16_t>(crc);
  }
  return table;
}

constexpr auto kTable = make_table();

// The rights are tested with keys of a user that has the tag as its id, so no real user may have
// it, and ids are often numbers.
constexpr std::string_view kTagPrefix = "hermod-check-";

// `crc` is that of the text before.
uint32_t crc16(std::string_view text, uint32_t crc = 0) {
  for (const char c : text) {
    crc = (crc << 8) ^ kTable[((crc >> 8) ^ static_cast<unsigned char>(c)) & 0xff];
  }
  return crc & 0xffff;
}

std::string_view hash_tag(std::string_view key) {
  const size_t open = key.find('{');
  if (open == std::string_view::npos) return key;
  const size_t close = key.find('}', open + 1);
  if (close == std::string_view::npos || close == open + 1) return key;
  return key.substr(open + 1, close - open - 1);
}

}  // namespace

uint16_t key_slot(std::string_view key) {
  return static_cast<uint16_t>(crc16(hash_tag(key)) % kSlotCount);
}

std::string tag_of_slot(uint16_t slot) {
  assert(slot < kSlotCount);
  const uint32_t prefix_crc = crc16(kTagPrefix);
  char digits[16];
  for (uint32_t number = 0;; ++number) {
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    const std::string_view suffix(digits, static_cast<size_t>(end - digits));
    if (crc16(suffix, prefix_crc) % kSlotCount != slot) continue;
    return std::string(kTagPrefix) + std::string(suffix);
  }
}

}  // namespace hermod
