#include "auth/signature_cache.h"

#include <algorithm>
#include <bit>
#include <cassert>

#include "base/random.h"

namespace hermod {
namespace {

SipKey random_key() {
  std::array<unsigned char, sizeof(SipKey)> bytes{};
  random_bytes(bytes);
  return std::bit_cast<SipKey>(bytes);
}

}  // namespace

SignatureCache::SignatureCache() : key_(random_key()) {}

std::optional<bool> SignatureCache::find(const LongHash& token) const {
  if (holds(good_, token)) return true;
  if (holds(bad_, token)) return false;
  return std::nullopt;
}

void SignatureCache::insert(const LongHash& token, bool matches) {
  assert(!find(token));
  if (matches) {
    add(good_, kGoodBuckets, token);
  } else {
    add(bad_, kBadBuckets, token);
  }
}

void SignatureCache::clear() {
  good_ = Table();
  bad_ = Table();
  key_ = random_key();
}

bool SignatureCache::holds(const Table& table, const LongHash& token) {
  if (table.empty()) return false;
  const auto& tokens = table[token[0] % table.size()].tokens;
  return std::find(tokens.begin(), tokens.end(), token) != tokens.end();
}

void SignatureCache::add(Table& table, size_t buckets, const LongHash& token) {
  if (table.empty()) table.resize(buckets);
  Bucket& bucket = table[token[0] % table.size()];
  assert(bucket.next < bucket.tokens.size());
  bucket.tokens[bucket.next] = token;
  bucket.next = (bucket.next + 1) % bucket.tokens.size();
}

}  // namespace hermod
