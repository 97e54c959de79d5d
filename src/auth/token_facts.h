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
  uint32_t at_s = 0;            // since 1970; 0: there is none
  uint32_t lifetime_max_s = 0;  // JWT_LIFETIME_MAX_SECONDS
};

// How much longer than JWT_LIFETIME_MAX_SECONDS a revocation is kept, and a token may live: the
// clocks of the issuer and of Redis may differ.
inline constexpr uint32_t kLifetimeToleranceSeconds = 10;

// Whether the cut refuses the token. A token without an `iat` is refused; so is one that would
// outlive the cut, which is kept for JWT_LIFETIME_MAX_SECONDS only.
bool is_cut(const UserCut& cut, const TokenFacts& facts, int64_t expires_at_ms,
            int64_t now_wall_ms);

}  // namespace hermod
