#pragma once
// A WebSocket client for `hermod listen`: one connection with a token. It reports the messages and
// how the connection ended. libwebsockets answers the pings of the server, so received messages
// count as delivered. Owned by the command.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/closed.h"
#include "hermod/log.h"
#include "hermod/result.h"
#include "lws/lws_context.h"
#include "uv/immediate.h"
#include "ws_client/ws_url.h"

struct lws;

namespace hermod {

// Receives the events of a WsClient, on the loop and never inside a call. on_close() or on_failed()
// is the last one, and is called once.
class WsClientEvents {
 public:
  virtual void on_open() = 0;
  virtual void on_text(std::string_view text) = 0;
  virtual void on_close(uint16_t code, std::string_view reason) = 0;  // 1006: no close frame
  // The connection failed. `status` is that of an HTTP response, or 0 if there was none.
  virtual void on_failed(int status, std::string_view message) = 0;

 protected:
  ~WsClientEvents() = default;
};

class WsClient {
 public:
  WsClient(uv_loop_t* loop, Log& log, WsClientEvents& events);  // `events` outlives close()
  ~WsClient();  // precondition: closed, if connect() was called
  WsClient(const WsClient&) = delete;
  WsClient& operator=(const WsClient&) = delete;

  // Connects; call it once. The token is sent in the Authorization header, because URLs appear in
  // logs. The library resolves names with the system's resolver, which blocks. Error: the URL is
  // invalid, or libwebsockets cannot start.
  Result<void> connect(std::string_view url, std::string_view token);

  // Closes the connection, with code 1000 if it is open. `closed` is called once, in a later loop
  // iteration. Idempotent.
  void close(Closed closed);

 private:
  struct Callbacks;
  enum class State { kIdle, kConnecting, kOpen, kEnded };

  bool start(const WsUrl& url);
  int append_headers(lws* wsi, void* in, size_t length);
  int on_piece(lws* wsi, std::string_view bytes);
  void fail(int status, std::string_view message);
  void end_connection(uint16_t code, std::string_view reason);
  void on_gone();
  void report();
  void close_context();

  uv_loop_t* loop_;
  Log& log_;
  WsClientEvents& events_;
  std::unique_ptr<LwsContext> context_;
  lws* wsi_ = nullptr;
  std::string authorization_;
  std::string text_;  // the incomplete message
  State state_ = State::kIdle;
  bool closing_ = false;
  bool context_closing_ = false;
  int end_code_ = 0;         // close code, or HTTP status of a failure
  std::string end_message_;  // close reason, or error message
  bool failed_ = false;      // report on_failed(), not on_close()
  Closed closed_;
  uv::Immediate report_immediate_;
  uv::Timer close_timer_;
};

}  // namespace hermod
