#pragma once
// The hand-over of a client that asked for a WebSocket, from the front door (http/) to the wire
// (ws/): what was decided about it, and what the upgrade still needs.

#include <string>
#include <variant>

#include "auth/verifier.h"
#include "core/peer.h"
#include "hermod/result.h"

namespace hermod {

// The upgrade is accepted and closed at once with this, since a browser cannot see an HTTP status.
struct Refusal {
  CloseCode code;
  ErrorCode error;
  std::string message;
};

struct UpgradeRequest {
  std::variant<Identity, Refusal> verdict;
  std::string key;           // Sec-WebSocket-Key, checked
  bool subprotocol = false;  // answer with Sec-WebSocket-Protocol: hermod
  std::string correlation_id;
  std::string client_address;  // after TRUSTED_PROXIES
  std::string early_bytes;     // what the client sent behind its head
};

class UpgradeSink {
 public:
  // Takes the descriptor in any case; nothing watches it any more.
  virtual void adopt(int fd, UpgradeRequest request) = 0;

 protected:
  ~UpgradeSink() = default;
};

}  // namespace hermod
