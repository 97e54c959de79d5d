#pragma once
// Port: the transport side of a connection. Implemented by WsPeer, which owns the Session; called
// by that Session.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "hermod/result.h"

namespace hermod {

// Close codes in use (RFC 6455 section 7.4, protocol section 3).
enum class CloseCode : uint16_t {
  kNormal = 1000,
  kGoingAway = 1001,
  kProtocolError = 1002,
  kInvalidData = 1007,
  kPolicy = 1008,
  kTooBig = 1009,
  kTryLater = 1013,
  kQuota = 4000,
};

// In bytes of UTF-8: the longest reason that fits into a close frame. The payload of a control
// frame is at most 125 bytes (RFC 6455 section 5.5), two of which are the close code.
inline constexpr size_t kCloseReasonBytesMax = 123;

// The codes that an endpoint may send: 1000 to 1003, 1007 to 1014 and 3000 to 4999 (RFC 6455
// section 7.4 and the registry that it defines).
constexpr bool is_sendable_close_code(int64_t code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

class Peer {
 public:
  // The number of the connection in this process, from 1 on; 0: the peer has none.
  virtual uint64_t connection() const { return 0; }

  // The name that the client gave its device, valid as long as the peer; empty: none.
  virtual std::string_view device() const { return {}; }

  // What a client of hermod.v1 is given at the beginning.
  struct Terms {
    int64_t expires_at_ms = 0;  // of its token, on the wall clock
    int64_t heartbeat_ms = 0;   // WEBSOCKET_PING_INTERVAL
  };
  virtual Terms terms() const { return {}; }

  // The limit of the user's connections permits the session: messages may follow from now on. It
  // can be called inside Hub::join().
  virtual void on_admitted() {}

  // The tokens of the user that were issued in this second or before are revoked. Returns false if
  // that concerns the token of the connection: the session has to end, and the connection is
  // closed.
  virtual bool outlives(uint32_t /*revoked_s*/) { return true; }

  // The session has output: the peer calls Session::gather() at the end of this loop iteration.
  // Cheap; may be called any number of times.
  virtual void wake() = 0;

  // The outbox is full before the loop iteration ends: the peer calls Session::gather() now and
  // writes as much as the kernel accepts. A burst within one iteration therefore exceeds the limits
  // only if the client is slow. This call closes nothing and ends no session.
  virtual void flush_now() = 0;

  // Closes the connection with the JSON reason of protocol section 3. Called once. Only a ping and
  // the close frame are sent afterwards. Hub::leave() is called before this or in a later loop
  // iteration, never inside this call.
  virtual void close(CloseCode code, ErrorCode error, std::string_view message) = 0;

 protected:
  ~Peer() = default;
};

// Closes a connection of a user who has as many as allowed.
inline void close_over_quota(Peer& peer) {
  peer.close(CloseCode::kQuota, ErrorCode::kQuotaExceeded, "too many connections");
}

}  // namespace hermod
