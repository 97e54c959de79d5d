#pragma once
// One HTTP/1.1 connection to a collector. It sends one request at a time on the loop, and keeps the
// connection between requests. Owned by OtlpTracer, which retries failed requests.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hermod/result.h"
#include "tracing/trace_answer.h"
#include "tracing/trace_endpoint.h"
#include "uv/poll.h"
#include "uv/resolver.h"
#include "uv/timer.h"

namespace hermod {

class TracePost {
 public:
  // The response, or an Error (kConnection, kTimeout) with the system's message. Never called
  // inside post().
  using Done = std::function<void(Result<TraceAnswer>)>;

  struct Limits {
    uint64_t resolve_ms = 5000;
    uint64_t connect_ms = 3000;     // per address
    uint64_t exchange_ms = 10'000;  // from the connection to the response; OpenTelemetry's default
  };

  TracePost(uv_loop_t* loop, TraceEndpoint endpoint, Limits limits);
  ~TracePost();  // cancels the current request: its Done is not called
  TracePost(const TracePost&) = delete;
  TracePost& operator=(const TracePost&) = delete;

  // Precondition: !busy().
  void post(std::string_view body, Done done);
  bool busy() const { return done_ != nullptr; }

  // Cancels the current request without calling its Done, and closes the connection.
  void cancel();

 private:
  enum class State : uint8_t { kClosed, kResolving, kConnecting, kExchanging, kIdle };

  void resolve();
  void connect_next(std::string_view last_error);
  void begin_exchange();
  void on_ready(uv::Ready ready);
  void on_connected();
  void send_rest();
  void receive();
  void on_gone(int error);
  void on_timeout();
  void fail(ErrorCode code, std::string_view what);
  void finish();
  void close_socket();

  uv_loop_t* loop_;
  TraceEndpoint endpoint_;
  Limits limits_;
  State state_ = State::kClosed;
  Done done_;
  std::string request_;
  size_t sent_ = 0;
  TraceAnswer answer_;
  bool fresh_ = false;  // the current request is the first on this connection
  std::vector<uv::Address> addresses_;
  size_t next_address_ = 0;
  uv::Resolver resolver_;
  uv::Timer timer_;  // the timeout of the current state
  int fd_ = -1;
  std::unique_ptr<uv::Poll> poll_;  // destroyed before the descriptor is closed
};

}  // namespace hermod
