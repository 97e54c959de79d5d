#pragma once
// The options and limits of the WebSocket layer. server/component_options.cc derives them from the
// settings; WsShared holds them.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/audit.h"
#include "base/tracer.h"
#include "ws/connect_rate.h"
#include "ws/frame.h"
#include "ws/inbound.h"

namespace hermod {

class PeerTraffic;

// Receives the complete messages of clients, and may reply with PeerTraffic::reply(). Only tests
// set a handler: the service ignores messages other than tokens.
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
  size_t quota_waiting_per_user_max = 5;  // connections of a user in the QuotaQueue
  size_t write_bytes_max = 64 * 1024;     // maximum per write
  size_t closing_bytes_max = 64 * 1024;   // maximum that is read from a closing client
  int64_t refresh_interval_ms = 5'000;    // minimum between two tokens of one connection
  InboundLimits inbound;
  ConnectLimits connects;
  MessageHandler* on_message = nullptr;
  Tracer* tracer = nullptr;  // null: off
  Audit* audit = nullptr;    // null: off
};

}  // namespace hermod
