#include "auth/token_facts.h"

#include <algorithm>

#include "base/sip_hash.h"

namespace hermod {

uint64_t token_id_hash(std::string_view jti) {
  return std::max<uint64_t>(1, sip_hash(jti, process_sip_key()));
}

uint32_t key_id(std::string_view material) {
  return std::max(1U, static_cast<uint32_t>(sip_hash(material, process_sip_key())));
}

bool is_cut(const UserCut& cut, const TokenFacts& facts, int64_t accepted_until_ms,
            int64_t now_wall_ms) {
  if (cut.at_s == 0) return false;
  return facts.issued_at_s <= cut.at_s ||
         accepted_until_ms - now_wall_ms > int64_t{cut.keep_s} * 1000;
}

}  // namespace hermod
