#pragma once
// What the front door hands to the wire once it has judged a WebSocket request: the socket, and who
// it is or why it must go.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "auth/verifier.h"
#include "core/peer.h"
#include "hermod/result.h"

namespace hermod {

// Upgraded all the same and then closed, since a browser cannot see an HTTP status (protocol
// section 3).
struct Refusal {
  CloseCode code = CloseCode::kPolicy;
  ErrorCode error = ErrorCode::kAuthentication;
  std::string message;
  std::optional<int64_t> retry_after_ms = {};  // when to come back
};

struct UpgradeRequest {
  std::variant<Identity, Refusal> verdict;
  std::string key;             // Sec-WebSocket-Key, checked
  bool subprotocol = false;    // answer with Sec-WebSocket-Protocol: hermod
  std::string correlation_id;  // empty: none was told to anybody yet
  std::string client_address;  // after TRUSTED_PROXIES
  std::string early_bytes;     // what the client sent behind its head
};

class UpgradeSink {
 public:
  // Takes the descriptor in any case: it is closed by the sink, also when the upgrade fails.
  virtual void adopt(int fd, UpgradeRequest request) = 0;

  // Whether a connection of this user would be refused, since too many have begun lately.
  virtual bool connects_too_often(std::string_view user) const = 0;

 protected:
  ~UpgradeSink() = default;
};

}  // namespace hermod
