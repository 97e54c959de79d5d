#pragma once
// SipHash (Aumasson and Bernstein) with a key that this process draws at random: what comes from
// outside cannot be chosen so that it collides.

#include <array>
#include <cstdint>
#include <string_view>

namespace hermod {

// Two numbers that only this process can tell.
using SipKey = std::array<uint64_t, 2>;
const SipKey& process_sip_key();

// SipHash-1-3, for hash tables.
uint64_t sip_hash(std::string_view text, const SipKey& key);

// SipHash-2-4 with 128 bits, where a collision must not happen at all.
using LongHash = std::array<uint64_t, 2>;
LongHash long_sip_hash(std::string_view text, const SipKey& key);

}  // namespace hermod
