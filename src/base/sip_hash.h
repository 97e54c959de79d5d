#pragma once
// SipHash (Aumasson and Bernstein) with a random key per process, so that external data cannot be
// chosen to collide.

#include <array>
#include <cstdint>
#include <string_view>

namespace hermod {

// The key of this process: 128 random bits that never leave it.
using SipKey = std::array<uint64_t, 2>;
const SipKey& process_sip_key();

// SipHash-1-3, for hash tables.
uint64_t sip_hash(std::string_view text, const SipKey& key);

// SipHash-2-4 with a 128-bit result, for uses that cannot tolerate a collision.
using LongHash = std::array<uint64_t, 2>;
LongHash long_sip_hash(std::string_view text, const SipKey& key);

}  // namespace hermod
