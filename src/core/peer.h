#pragma once
// A connection as the domain sees it. Implemented by WsPeer; called by the Session that it owns.

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
  kInternal = 1011,
  kTryLater = 1013,
  kQuota = 4000,
};

class Peer {
 public:
  // The session has something to send: ask it with Session::gather() at the end of this turn.
  // Cheap, and may be called any number of times.
  virtual void wake() = 0;

  // The outbox is full before the turn ends: write now what the kernel takes, by Session::gather().
  // A burst within one turn so strikes the limits only where the client is slow. Nothing is closed
  // and no session is left inside this call.
  virtual void relieve() = 0;

  // Close with the JSON reason of protocol section 3, once. Nothing more is sent but a ping and the
  // close frame. The session is left (Hub::leave) before or on a later turn, never inside this
  // call.
  virtual void close(CloseCode code, ErrorCode error, std::string_view message) = 0;

 protected:
  ~Peer() = default;
};

}  // namespace hermod
