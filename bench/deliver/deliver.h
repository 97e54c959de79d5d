#pragma once
// hermod's path from the hub to the socket alone: the HTTP server is bypassed, and a tight loop,
// like that of the reference server (floor), passes messages to the hub. The difference to the
// reference server is the cost of sessions, outboxes, deadlines and libwebsockets.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/hub.h"
#include "kit/clock.h"
#include "kit/epoll.h"
#include "kit/numbered_text.h"
#include "lws/lws_context.h"
#include "parts/driver_bus.h"
#include "uv/loop.h"
#include "uv/poll.h"
#include "ws/ws_server.h"

namespace hermod::bench {

struct DeliverOptions {
  size_t connections = 1000;
  size_t text_bytes = 300;
  size_t burst = 1;
  size_t messages = 200'000;
  size_t turn_texts = 200;  // messages per loop iteration, about as many as one read from Redis
  int64_t delivery_ping_ms = 250;
  bool frames = false;  // the clients select hermod.v1
};

struct DeliverResult {
  uint64_t messages = 0;
  CpuTime sending;
  int64_t sending_ns = 0;
};

class Deliver {
 public:
  explicit Deliver(const DeliverOptions& options);

  uint16_t port() const { return port_; }
  DeliverResult run();
  void end();  // waits until all clients have disconnected, then closes

 private:
  struct Nobody final : Verifier {
    Verdict verify(std::string_view, int64_t) override { return Denied::kMissing; }
  };

  void accept_all();
  void let_in(int fd);
  void send_round(uint64_t round);
  void send_burst(const std::string& user, uint64_t round, int64_t now_ns);
  bool all_sent();

  DeliverOptions options_;
  uint16_t port_ = 0;
  uv::OwnLoop loop_;
  SystemClock clock_;
  NoLog log_;
  Stats stats_;
  Observers observers_;
  Nobody verifier_;
  DriverBus bus_;
  Hub hub_;
  std::unique_ptr<LwsContext> context_;
  std::unique_ptr<WsServer> server_;
  Fd listener_;
  std::unique_ptr<uv::Poll> listening_;
  std::vector<std::string> users_;
  std::vector<NumberedText> texts_;  // the messages of one burst
};

}  // namespace hermod::bench
