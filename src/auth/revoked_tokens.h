#pragma once
// The ids of the tokens that are revoked: this process's copy of the set that all processes share
// (protocol section 2). It keeps hashes, some 50 bytes for each. Owned by the composition;
// FleetService fills it, and JwtVerifier asks it.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "auth/token_facts.h"

namespace hermod {

class RevokedTokens {
 public:
  // The token is refused until then: wall time in ms. Returns whether it was not refused before.
  bool add(std::string_view jti, int64_t until_ms, int64_t now_wall_ms);

  bool contains(const TokenFacts& facts, int64_t now_wall_ms) const;

  size_t size() const { return until_ms_.size(); }  // some of them may have ended

 private:
  void forget_ended(int64_t now_wall_ms);

  std::unordered_map<uint64_t, int64_t> until_ms_;  // by token_id_hash()
  size_t forget_at_ = 1024;  // the size at which those that ended are removed
};

}  // namespace hermod
