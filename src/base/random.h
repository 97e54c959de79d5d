#pragma once
// Random numbers from the kernel, for ids, keys and jitter.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace hermod {

void random_bytes(std::span<unsigned char> bytes);  // aborts if getrandom() fails

uint64_t random_u64();

// A version 4 UUID (RFC 9562 section 5.4): 36 characters, lower case.
std::string random_uuid();

}  // namespace hermod
