#pragma once
// A WebSocket client, for `hermod listen`: one connection with a token, its texts, and how it
// ended. Pings are answered, so that what it got counts as delivered.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/closed.h"
#include "hermod/log.h"
#include "hermod/result.h"
#include "uv/immediate.h"
#include "ws/lws_context.h"
#include "ws/ws_url.h"

struct lws;

namespace hermod {

// Each comes on a turn of the loop. on_close or on_failed is the last, and comes once.
class WsClientEvents {
 public:
  virtual void on_open() = 0;
  virtual void on_text(std::string_view text) = 0;
  virtual void on_close(uint16_t code, std::string_view reason) = 0;  // 1006: without a word
  // No connection came about; `status` is that of an HTTP answer, 0 where there was none.
  virtual void on_failed(int status, std::string_view message) = 0;

 protected:
  ~WsClientEvents() = default;
};

class WsClient {
 public:
  WsClient(uv_loop_t* loop, Log& log, WsClientEvents& events);  // events outlives close()
  ~WsClient();                                                  // closed before, if it connected
  WsClient(const WsClient&) = delete;
  WsClient& operator=(const WsClient&) = delete;

  // Once. The token goes into the Authorization header, since addresses land in logs. Names are
  // resolved by the system, blocking. Error: the address, or the library.
  Result<void> connect(std::string_view url, std::string_view token);

  // Says 1000 where it is connected. Once, on a later turn; idempotent.
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
  std::string text_;  // a message under way
  State state_ = State::kIdle;
  bool closing_ = false;
  bool context_closing_ = false;
  int end_code_ = 0;       // of the close, or the HTTP status of a failure
  std::string end_words_;  // its reason, or message
  bool failed_ = false;
  Closed closed_;
  uv::Immediate report_soon_;
  uv::Timer patience_;
};

}  // namespace hermod
