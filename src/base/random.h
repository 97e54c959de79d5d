#pragma once
// Randomness from the kernel, for ids, keys and jitter.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace hermod {

void random_bytes(std::span<unsigned char> bytes);  // aborts if the kernel has none to give

uint64_t random_u64();

// A version 4 UUID (RFC 9562 section 5.4), lower case, 36 characters.
std::string random_uuid();

}  // namespace hermod
