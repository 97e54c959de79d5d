#include "base/sip_hash.h"

#include <bit>
#include <cstring>

#include "base/random.h"

namespace hermod {
namespace {

struct SipState {
  uint64_t v0, v1, v2, v3;

  SipState(const SipKey& key, uint64_t variant)
      : v0(key[0] ^ 0x736f6d6570736575),
        v1(key[1] ^ 0x646f72616e646f6d ^ variant),
        v2(key[0] ^ 0x6c7967656e657261),
        v3(key[1] ^ 0x7465646279746573) {}

  template <int kRounds>
  void mix() {
    for (int round = 0; round < kRounds; ++round) {
      v0 += v1;
      v1 = std::rotl(v1, 13) ^ v0;
      v0 = std::rotl(v0, 32);
      v2 += v3;
      v3 = std::rotl(v3, 16) ^ v2;
      v0 += v3;
      v3 = std::rotl(v3, 21) ^ v0;
      v2 += v1;
      v1 = std::rotl(v1, 17) ^ v2;
      v2 = std::rotl(v2, 32);
    }
  }

  template <int kRounds>
  void absorb(uint64_t word) {
    v3 ^= word;
    mix<kRounds>();
    v0 ^= word;
  }

  // Reads the words as little-endian numbers.
  template <int kRounds>
  void absorb(std::string_view text) {
    static_assert(std::endian::native == std::endian::little);
    const uint64_t length = text.size();
    const uint64_t rest = tail(text);
    uint64_t word = 0;
    for (; text.size() >= sizeof word; text.remove_prefix(sizeof word)) {
      std::memcpy(&word, text.data(), sizeof word);
      absorb<kRounds>(word);
    }
    absorb<kRounds>(length << 56 | rest);
  }

  // The bytes after the last complete word.
  static uint64_t tail(std::string_view text) {
    const size_t bytes = text.size() % sizeof(uint64_t);
    uint64_t word = 0;
    if (bytes == 0) return word;
    if (text.size() > sizeof word) {
      std::memcpy(&word, text.data() + text.size() - sizeof word, sizeof word);
      return word >> 8 * (sizeof word - bytes);
    }
    for (size_t i = 0; i < bytes; ++i) {
      word |= uint64_t{static_cast<unsigned char>(text[i])} << 8 * i;
    }
    return word;
  }

  uint64_t folded() const { return v0 ^ v1 ^ v2 ^ v3; }
};

}  // namespace

const SipKey& process_sip_key() {
  static const SipKey key = [] {
    std::array<unsigned char, sizeof(SipKey)> bytes{};
    random_bytes(bytes);
    return std::bit_cast<SipKey>(bytes);
  }();
  return key;
}

uint64_t sip_hash(std::string_view text, const SipKey& key) {
  SipState state(key, 0);
  state.absorb<1>(text);
  state.v2 ^= 0xff;
  state.mix<3>();
  return state.folded();
}

LongHash long_sip_hash(std::string_view text, const SipKey& key) {
  SipState state(key, 0xee);
  state.absorb<2>(text);
  state.v2 ^= 0xee;
  state.mix<4>();
  const uint64_t first = state.folded();
  state.v1 ^= 0xdd;
  state.mix<4>();
  return {first, state.folded()};
}

}  // namespace hermod
