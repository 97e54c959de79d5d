#include "auth/revoked_tokens.h"

#include <algorithm>

namespace hermod {

bool RevokedTokens::add(std::string_view jti, int64_t until_ms, int64_t now_wall_ms) {
  if (until_ms <= now_wall_ms) return false;
  if (until_ms_.size() >= forget_at_) forget_ended(now_wall_ms);
  int64_t& until = until_ms_[token_id_hash(jti)];
  const bool added = until <= now_wall_ms;
  until = std::max(until, until_ms);
  return added;
}

bool RevokedTokens::contains(const TokenFacts& facts, int64_t now_wall_ms) const {
  if (facts.id_hash == 0 || until_ms_.empty()) return false;
  const auto found = until_ms_.find(facts.id_hash);
  return found != until_ms_.end() && now_wall_ms < found->second;
}

// The set is searched each time that it has doubled, which costs little for each token.
void RevokedTokens::forget_ended(int64_t now_wall_ms) {
  std::erase_if(until_ms_, [now_wall_ms](const auto& one) { return one.second <= now_wall_ms; });
  forget_at_ = std::max<size_t>(1024, 2 * until_ms_.size());
}

}  // namespace hermod
