#pragma once
// SipHash-2-4 with a key from the kernel: whoever chooses what is hashed cannot choose what
// collides. Different in each process.

#include <cstdint>
#include <string_view>

namespace hermod {

class KeyedHash {
 public:
  KeyedHash();
  KeyedHash(uint64_t k0, uint64_t k1) : k0_(k0), k1_(k1) {}

  uint64_t operator()(std::string_view text) const;

 private:
  uint64_t k0_;
  uint64_t k1_;
};

}  // namespace hermod
