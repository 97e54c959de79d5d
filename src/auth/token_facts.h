#pragma once
// What a connection keeps of its token, so that a later revocation can be compared with it.

#include <cstdint>
#include <string_view>

namespace hermod {

struct TokenFacts {
  uint64_t id_hash = 0;  // of the `jti` (token_id_hash()); 0: the token has none
  // The `iat` in s since 1970, without its fraction; 0: the token has none, or one that is more
  // than a day in the future.
  uint32_t issued_at_s = 0;
  uint32_t key = 0;  // the key that verified the signature (key_id()); 0: unknown
};

// Within this process, and never 0.
uint64_t token_id_hash(std::string_view jti);

// Identifies a key by its secret, or by the DER form of the public key. Within this process, and
// never 0.
uint32_t key_id(std::string_view material);

// The revocation of all tokens of a user that were issued in this second or before.
struct UserCut {
  uint32_t at_s = 0;    // since 1970; 0: there is none
  uint32_t keep_s = 0;  // how long it is stored: revocation_seconds()
};

// How long a revocation is stored: as long as a token of JWT_LIFETIME_MAX_SECONDS is accepted. 10 s
// more, because the clocks of the issuer and of Redis may differ.
constexpr uint32_t revocation_seconds(uint32_t lifetime_max_s, uint32_t leeway_s) {
  return lifetime_max_s + leeway_s + 10;
}

// Whether the cut refuses the token, which is accepted until `accepted_until_ms`. A token without
// an `iat` is refused; so is one that is accepted for longer than a revocation is stored.
bool is_cut(const UserCut& cut, const TokenFacts& facts, int64_t accepted_until_ms,
            int64_t now_wall_ms);

}  // namespace hermod
