#pragma once
// The interface between the HTTP server and the WebSocket layer. For an upgrade request, the HTTP
// server hands over the socket, and either the identity of the client or the reason for which the
// connection is closed.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "auth/verifier.h"
#include "base/ip_address.h"
#include "base/refusals.h"
#include "core/peer.h"
#include "hermod/result.h"

namespace hermod {

// The connection is upgraded and then closed, because a browser cannot see an HTTP status (protocol
// section 3).
struct Refusal {
  CloseCode code = CloseCode::kPolicy;
  ErrorCode error = ErrorCode::kAuthentication;
  std::string message;
  std::optional<int64_t> retry_after_ms = {};  // when the client should reconnect
  // Its row in the table of refusals; unset: it was reported when it was judged.
  std::optional<RefusalReason> why = {};
  // Of the close frame, at most kCloseReasonBytesMax; empty: the JSON reason.
  std::string text = {};
};

// The refusal of a row that has a close code.
inline Refusal refusal_for(RefusalReason why) {
  const RefusalRow& row = refusal_row(why);
  return {static_cast<CloseCode>(row.code), row.error, std::string(row.message), {}, why};
}

// What the response selects of the sub-protocols that the client offers (protocol section 3).
enum class Subprotocol : uint8_t { kNone, kHermod, kHermodV1 };

struct UpgradeRequest {
  std::variant<Identity, Refusal> verdict;
  std::string key;  // Sec-WebSocket-Key, validated
  Subprotocol subprotocol = Subprotocol::kNone;
  std::string device;          // the name that the client gave it, validated; empty: none
  std::string correlation_id;  // empty: neither from the client nor logged yet; created when needed
  IpAddress client_address;    // after TRUSTED_PROXIES
  std::string origin;          // the Origin header; empty: none
  std::string early_bytes;     // bytes that the client sent after the request head
};

class UpgradeSink {
 public:
  // Takes ownership of the descriptor, and closes it even if the upgrade fails.
  virtual void adopt(int fd, UpgradeRequest request) = 0;

  // Whether a connection of this user would be refused because too many were opened recently.
  virtual bool connects_too_often(std::string_view user) const = 0;

 protected:
  ~UpgradeSink() = default;
};

}  // namespace hermod
