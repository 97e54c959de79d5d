#pragma once
// Renews the identity of a connected client, which sends a new token before the old one expires
// (protocol section 3). Owned by PeerInput; PeerTraffic calls it with each token.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "core/instant.h"
#include "core/upgrade.h"

namespace hermod {

struct WsShared;

class TokenRefresh {
 public:
  using Outcome = std::variant<Identity, Refusal>;

  // Judges a token of a client that is connected as `user`.
  Outcome on_token(std::string_view token, std::string_view user, Instant now, WsShared& shared);

 private:
  bool admit(int64_t now_ms, int64_t interval_ms);

  uint32_t refreshed_ms_ = 0;  // low bits of the time of the last token; 0: none
};

}  // namespace hermod
