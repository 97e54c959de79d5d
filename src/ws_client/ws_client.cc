// The normal sequence: connect() -> the library resolves, connects, upgrades -> CLIENT_ESTABLISHED
// -> pieces of messages -> one side closes -> the last callback of the socket -> on_close. If
// connect() itself detects a failure, on_failed is still called in a later loop iteration.
#include "ws_client/ws_client.h"

#include <libwebsockets.h>

#include <cassert>
#include <utility>

namespace hermod {
namespace {

constexpr size_t kTextBytesMax = 16 * 1024 * 1024;  // a server sends at most OUTBOX_BYTES_MAX
constexpr uint64_t kCloseMs = 1'000;                // time for the server to answer our close frame

uint16_t close_code(std::string_view payload) {
  if (payload.size() < 2) return 1005;
  return static_cast<uint16_t>(static_cast<unsigned char>(payload[0]) << 8 |
                               static_cast<unsigned char>(payload[1]));
}

}  // namespace

struct WsClient::Callbacks {
  static int protocol_cb(lws* wsi, lws_callback_reasons reason, void* session, void* in,
                         size_t length) noexcept;
};

int WsClient::Callbacks::protocol_cb(lws* wsi, lws_callback_reasons reason, void* /*session*/,
                                     void* in, size_t length) noexcept {
  if (reason == LWS_CALLBACK_PROTOCOL_INIT || reason == LWS_CALLBACK_PROTOCOL_DESTROY) return 0;
  auto* self = wsi == nullptr ? nullptr : static_cast<WsClient*>(lws_get_opaque_user_data(wsi));
  if (self == nullptr) return 0;
  const std::string_view bytes(static_cast<const char*>(in), in == nullptr ? 0 : length);
  switch (reason) {
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
      return self->append_headers(wsi, in, length);
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
      self->fail(static_cast<int>(lws_http_client_http_response(wsi)), bytes);
      return 0;
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
      self->wsi_ = wsi;
      self->state_ = State::kOpen;
      if (!self->closing_) self->events_.on_open();
      return 0;
    case LWS_CALLBACK_CLIENT_RECEIVE:
      return self->on_piece(wsi, bytes);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
      self->end_connection(close_code(bytes), bytes.substr(bytes.size() < 2 ? bytes.size() : 2));
      return 0;
    case LWS_CALLBACK_CLIENT_CLOSED:
    case LWS_CALLBACK_WSI_DESTROY:
      lws_set_opaque_user_data(wsi, nullptr);
      self->on_gone();
      return 0;
    default:
      return 0;
  }
}

WsClient::WsClient(uv_loop_t* loop, Log& log, WsClientEvents& events)
    : loop_(loop),
      log_(log),
      events_(events),
      report_immediate_(loop, [this] { report(); }),
      close_timer_(loop, [this] { close_context(); }) {}

WsClient::~WsClient() {
  assert(!context_);
}

Result<void> WsClient::connect(std::string_view url, std::string_view token) {
  assert(state_ == State::kIdle && !closing_);
  Result<WsUrl> parsed = parse_ws_url(url);
  if (!parsed) return parsed.error();
  LwsContextOptions options;
  options.use = parsed.value().tls ? LwsUse::kTlsClient : LwsUse::kClient;
  Result<std::unique_ptr<LwsContext>> made = LwsContext::create(loop_, log_, options);
  if (!made) return made.error();
  context_ = made.take();
  authorization_ = "Bearer " + std::string(token);
  state_ = State::kConnecting;
  if (!start(parsed.value()) && state_ == State::kConnecting)
    fail(0, "cannot start the connection");
  return {};
}

bool WsClient::start(const WsUrl& url) {
  static constexpr lws_protocols kProtocols[] = {
      {"hermod-client", Callbacks::protocol_cb, 0, 4096, 0, nullptr, 0},
      {nullptr, nullptr, 0, 0, 0, nullptr, 0},
  };
  lws_vhost* vhost = context_->add_vhost("client", kProtocols, nullptr);
  if (vhost == nullptr) return false;
  lws_client_connect_info info{};
  info.context = context_->get();
  info.vhost = vhost;
  info.address = url.host.c_str();
  info.port = url.port;
  info.path = url.target.c_str();
  info.host = url.authority.c_str();
  info.ssl_connection = url.tls ? LCCSCF_USE_SSL : 0;
  info.local_protocol_name = kProtocols[0].name;
  info.opaque_user_data = this;
  return lws_client_connect_via_info(&info) != nullptr;
}

int WsClient::append_headers(lws* wsi, void* in, size_t length) {
  assert(in != nullptr);  // the position at which the library writes its request
  auto** at = static_cast<unsigned char**>(in);
  return lws_add_http_header_by_token(wsi, WSI_TOKEN_HTTP_AUTHORIZATION,
                                      reinterpret_cast<const unsigned char*>(authorization_.data()),
                                      static_cast<int>(authorization_.size()), at, *at + length);
}

int WsClient::on_piece(lws* wsi, std::string_view bytes) {
  if (closing_ || lws_frame_is_binary(wsi) != 0) return 0;
  if (text_.size() + bytes.size() > kTextBytesMax) {
    end_connection(1009, "message too big");
    lws_close_reason(wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, nullptr, 0);
    return -1;
  }
  text_ += bytes;
  if (lws_is_final_fragment(wsi) == 0) return 0;
  events_.on_text(std::exchange(text_, {}));
  return 0;
}

void WsClient::fail(int status, std::string_view message) {
  if (state_ == State::kEnded) return;
  state_ = State::kEnded;
  failed_ = true;
  end_code_ = status;
  end_message_ = message.substr(0, message.find('\0'));  // the length includes a null byte
  report_immediate_.ask();
}

void WsClient::end_connection(uint16_t code, std::string_view reason) {
  if (end_code_ != 0) return;
  end_code_ = code;
  end_message_ = reason;
}

void WsClient::on_gone() {
  wsi_ = nullptr;
  if (state_ == State::kOpen) {
    state_ = State::kEnded;
    end_connection(1006, "");
    report_immediate_.ask();
  } else {
    fail(0, "connection lost");
  }
  if (closing_) close_context();
}

void WsClient::report() {
  if (closing_) return;
  if (failed_) {
    events_.on_failed(end_code_, end_message_);
  } else {
    events_.on_close(static_cast<uint16_t>(end_code_), end_message_);
  }
}

void WsClient::close(Closed closed) {
  if (closing_) return;
  closing_ = true;
  closed_ = std::move(closed);
  close_timer_.start(wsi_ == nullptr ? 0 : kCloseMs);
  if (wsi_ == nullptr) return;
  lws_close_reason(wsi_, LWS_CLOSE_STATUS_NORMAL, nullptr, 0);
  lws_set_timeout(wsi_, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
}

void WsClient::close_context() {
  if (std::exchange(context_closing_, true)) return;
  close_timer_.stop();
  const auto finish = [this] {
    context_.reset();
    if (const Closed closed = std::exchange(closed_, nullptr)) closed();
  };
  if (context_) {
    context_->close(finish);
  } else {
    finish();
  }
}

}  // namespace hermod
