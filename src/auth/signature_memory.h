#pragma once
// What the check of a signature said, by the whole token's hash: a token that comes again costs a
// hash and not a signature. Good and bad ones are kept apart, so that no flood of bad ones
// displaces a good one. Only the signature is remembered: claims are judged each time, so that
// nothing here outlives a token. Bounded; the oldest of a bucket gives way.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/sip_hash.h"

namespace hermod {

class SignatureMemory {
 public:
  SignatureMemory();

  std::optional<bool> find(const LongHash& token) const;
  void keep(const LongHash& token, bool matches);

  // Keys have changed: nothing is known any more, and no earlier hash is valid.
  void clear();

  LongHash hash(std::string_view token) const { return long_sip_hash(token, key_); }

 private:
  static constexpr size_t kGoodBuckets = 4096;  // 4 tokens each: 320 KiB
  static constexpr size_t kBadBuckets = 1024;

  struct Bucket {
    std::array<LongHash, 4> tokens{};  // zeros: none
    size_t next = 0;                   // the one to give way
  };
  using Table = std::vector<Bucket>;  // empty before the first is kept

  static bool holds(const Table& table, const LongHash& token);
  static void add(Table& table, size_t buckets, const LongHash& token);

  SipKey key_;
  Table good_;
  Table bad_;
};

}  // namespace hermod
