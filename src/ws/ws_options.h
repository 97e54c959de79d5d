#pragma once
// What the wire after the upgrade can be told, with its limits.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/tracer.h"
#include "ws/connect_rate.h"
#include "ws/frame.h"
#include "ws/inbound.h"

namespace hermod {

class WsPeer;

// Takes clients' complete messages; the service has none, since what clients say is ignored.
class MessageHandler {
 public:
  virtual void on_message(WsPeer& peer, Opcode opcode, std::string_view payload) = 0;

 protected:
  ~MessageHandler() = default;
};

struct WsOptions {
  int64_t ping_interval_ms = 30'000;  // WEBSOCKET_PING_INTERVAL, 0 none
  int64_t pong_timeout_ms = 10'000;   // WEBSOCKET_PONG_TIMEOUT
  int64_t idle_timeout_ms = 300'000;  // WEBSOCKET_IDLE_TIMEOUT
  int64_t close_timeout_ms =
      2'000;  // to take our close frame and answer it; then the socket is dropped
  int64_t quota_answer_ms = 2'000;     // for the user's connections to answer, when one more comes
  size_t newcomers_per_user_max = 5;   // that wait for those answers at a time
  size_t write_bytes_max = 64 * 1024;  // given to the kernel at once for one connection
  size_t closing_bytes_max = 64 * 1024;  // still read from a client that we are closing
  int64_t refresh_interval_ms = 5'000;   // between two tokens on an open connection
  InboundLimits inbound;
  ConnectLimits connects;
  MessageHandler* on_message = nullptr;
  Tracer* tracer = nullptr;  // null: off
};

}  // namespace hermod
