#pragma once
// The options and limits of the WebSocket layer.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/tracer.h"
#include "ws/connect_rate.h"
#include "ws/frame.h"
#include "ws/inbound.h"

namespace hermod {

class PeerTraffic;

// Receives clients' complete messages, and may reply with PeerTraffic::reply(). The service sets
// none, because it ignores them.
class MessageHandler {
 public:
  virtual void on_message(PeerTraffic& client, Opcode opcode, std::string_view payload) = 0;

 protected:
  ~MessageHandler() = default;
};

struct WsOptions {
  int64_t ping_interval_ms = 30'000;  // WEBSOCKET_PING_INTERVAL; 0: no pings
  int64_t pong_timeout_ms = 10'000;   // WEBSOCKET_PONG_TIMEOUT
  int64_t idle_timeout_ms = 300'000;  // WEBSOCKET_IDLE_TIMEOUT
  // Time for the client to answer our close frame; then the socket is closed.
  int64_t close_timeout_ms = 2'000;
  int64_t quota_answer_ms = 2'000;  // time for a user's connections to prove that they are alive
  size_t quota_waiting_per_user_max = 5;  // maximum of connections that wait for it
  size_t write_bytes_max = 64 * 1024;     // maximum per write
  size_t closing_bytes_max = 64 * 1024;   // read at most from a closing client
  int64_t refresh_interval_ms = 5'000;    // minimum between two tokens of one connection
  InboundLimits inbound;
  ConnectLimits connects;
  MessageHandler* on_message = nullptr;
  Tracer* tracer = nullptr;  // null: off
};

}  // namespace hermod
