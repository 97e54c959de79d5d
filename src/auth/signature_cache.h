#pragma once
// A bounded cache of signature checks, by the hash of the whole token: a token that is presented
// again costs a hash instead of a signature verification. Valid and invalid signatures are in
// separate tables, so that a flood of invalid ones cannot evict a valid one. Only the result of the
// signature check is cached; the claims are validated each time, so a cached token still expires.
// When a bucket is full, its oldest entry is replaced. Owned by JwtVerifier.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/sip_hash.h"

namespace hermod {

class SignatureCache {
 public:
  SignatureCache();

  std::optional<bool> find(const LongHash& token) const;
  void insert(const LongHash& token, bool matches);

  // Call when the keys change. Removes all entries; hashes computed before are no longer valid.
  void clear();

  LongHash hash(std::string_view token) const { return long_sip_hash(token, key_); }

 private:
  static constexpr size_t kGoodBuckets = 4096;  // 4 tokens each: 320 KiB
  static constexpr size_t kBadBuckets = 1024;

  struct Bucket {
    std::array<LongHash, 4> tokens{};  // zeros: empty
    size_t next = 0;                   // the entry to replace next
  };
  using Table = std::vector<Bucket>;  // empty until the first entry

  static bool holds(const Table& table, const LongHash& token);
  static void add(Table& table, size_t buckets, const LongHash& token);

  SipKey key_;
  Table good_;
  Table bad_;
};

}  // namespace hermod
