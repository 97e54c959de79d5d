// The life of a connection:
// - adopt() creates a WsPeer; the library takes the socket with a canonical request and usually
//   answers it inside that call. The library's object for the socket refers to the peer from its
//   first callback on;
// - ESTABLISHED: the peer joins the hub, or is closed with the HTTP server's refusal;
// - the last callback of the socket removes the peer.
//
// If the library does not accept the socket, it has closed the descriptor itself.
#include "ws/ws_server.h"

#include <libwebsockets.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "ws/peer_events.h"
#include "ws/upgrade_head.h"

namespace hermod {
namespace {

constexpr size_t kCrowd = 256;  // removing this many takes about ten milliseconds

}  // namespace

// The protocol callback of the library. The peer is stored in the opaque pointer, not in the
// library's session memory, because the pointer is valid before and after the session.
struct WsServer::Callbacks {
  static int protocol_cb(lws* wsi, lws_callback_reasons reason, void* session, void* in,
                         size_t length) noexcept;
  static int to_peer(WsPeer& peer, lws* wsi, lws_callback_reasons reason, std::string_view bytes);
};

namespace {

// Session memory is requested only because the library otherwise does not report that it begins to
// close by itself. The receive buffer is small, because it is allocated per connection and clients
// of a push service send little; the send size is large, because larger writes are copied.
constexpr lws_protocols kProtocols[] = {
    {kSubprotocol, WsServer::Callbacks::protocol_cb, sizeof(void*), 128, 0, nullptr, 1024 * 1024},
    {nullptr, nullptr, 0, 0, 0, nullptr, 0},
};

}  // namespace

WsServer::WsServer(uv_loop_t* loop, LwsContext& context, Hub& hub, Verifier& verifier,
                   const Clock& clock, Log& log, Stats& stats, WsOptions options)
    : loop_(loop),
      context_(context),
      shared_{hub, verifier, clock, log, stats, options, TimerWheel(clock.steady_ms()), {}, {}},
      vhost_(context.add_vhost("ws", kProtocols, this)),
      timer_(loop, [this] { on_timer(); }),
      drain_timer_(loop, [this] { on_drain_step(); }),
      drain_rest_(loop, [this] { drain_some(); }),
      finish_immediate_(loop, [this] { maybe_finish(); }),
      flush_immediate_(loop, [] {}),  // only wakes the loop; on_iteration_end() flushes
      iteration_hook_(loop, [this] { on_iteration_end(); }) {}

WsServer::~WsServer() {
  assert(peers_.empty());
}

// --- the library's callbacks

int WsServer::Callbacks::protocol_cb(lws* wsi, lws_callback_reasons reason, void* /*session*/,
                                     void* in, size_t length) noexcept {
  if (reason == LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED) {
    auto* server = static_cast<WsServer*>(lws_vhost_user(lws_get_vhost(wsi)));
    WsPeer* peer = std::exchange(server->adopting_, nullptr);
    if (peer != nullptr) peer->traffic().socket().attach(wsi);
    lws_set_opaque_user_data(wsi, peer);
    return 0;
  }
  // Also called without a socket, for the library's own purposes.
  if (reason == LWS_CALLBACK_PROTOCOL_INIT || reason == LWS_CALLBACK_PROTOCOL_DESTROY) return 0;
  auto* peer = wsi == nullptr ? nullptr : static_cast<WsPeer*>(lws_get_opaque_user_data(wsi));
  if (peer == nullptr) return 0;
  return to_peer(*peer, wsi, reason, {static_cast<const char*>(in), in == nullptr ? 0 : length});
}

int WsServer::Callbacks::to_peer(WsPeer& peer, lws* wsi, lws_callback_reasons reason,
                                 std::string_view bytes) {
  switch (reason) {
    case LWS_CALLBACK_ESTABLISHED:
      peer.on_established();
      return 0;
    case LWS_CALLBACK_RECEIVE: {
      const bool binary = lws_frame_is_binary(wsi) != 0;
      on_received(peer, {bytes, binary ? Inbound::Kind::kBinary : Inbound::Kind::kText,
                         lws_remaining_packet_payload(wsi) == 0, lws_is_final_fragment(wsi) != 0});
      return 0;
    }
    case LWS_CALLBACK_RECEIVE_PONG:
      on_pong(peer, bytes);
      return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
      on_writable(peer);
      return 0;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
      return on_client_close(peer, bytes);
    case LWS_CALLBACK_WS_SERVER_DROP_PROTOCOL:
      on_library_close(peer, {reinterpret_cast<const char*>(lws_get_close_payload(wsi)),
                              static_cast<size_t>(lws_get_close_length(wsi))});
      return 0;
    case LWS_CALLBACK_CLOSED:
      peer.on_closed();
      return 0;
    case LWS_CALLBACK_WSI_DESTROY: {
      lws_set_opaque_user_data(wsi, nullptr);
      peer.on_closed();
      static_cast<WsServer*>(lws_vhost_user(lws_get_vhost(wsi)))->remove(peer);
      return 0;
    }
    default:
      return 0;
  }
}

// --- adding and removing

void WsServer::adopt(int fd, UpgradeRequest request) {
  if (fd >= context_.descriptor_limit()) ++shared_.stats.limits_struck["descriptors"];
  if (closing_ || vhost_ == nullptr || fd >= context_.descriptor_limit()) {
    shared_.stats.count_refusal(to_string(ErrorCode::kServiceUnavailable));
    ::close(fd);
    return;
  }
  if (draining_) {
    request.verdict = Refusal{CloseCode::kGoingAway, ErrorCode::kServiceUnavailable,
                              "shutting down", retry_after_drain_ms()};
  }
  std::string head = build_upgrade_head(
      request.key, request.subprotocol ? Subprotocol::kHermod : Subprotocol::kNone);
  if (head.size() + request.early_bytes.size() <= kUpgradeBytesMax) {
    head += request.early_bytes;
  } else {
    // RFC 6455 section 4.1 requires the client to wait for the handshake response; this much early
    // data is not an accident.
    ++shared_.stats.limits_struck["early_bytes"];
    // Counts as a connection of the user, so that further ones are refused before the upgrade.
    if (const auto* identity = std::get_if<Identity>(&request.verdict)) {
      (void)shared_.admit_connect(identity->user);
    }
    request.verdict =
        Refusal{CloseCode::kPolicy, ErrorCode::kRateLimit, "data sent before handshake"};
  }
  WsPeer& peer = peers_.add(std::make_unique<WsPeer>(shared_, next_id_++, fd, std::move(request)));
  adopting_ = &peer;
  lws_adopt_socket_vhost_readbuf(vhost_, fd, head.data(), head.size());
  if (std::exchange(adopting_, nullptr) != nullptr) {
    shared_.stats.count_refusal(to_string(ErrorCode::kConnection));
    remove(peer);
  }
}

bool WsServer::connects_too_often(std::string_view user) const {
  const size_t set = shared_.hub.options().sessions_per_user_max;
  return shared_.connect_rate.is_used_up(user, set, shared_.clock.steady_ms());
}

void WsServer::remove(WsPeer& peer) {
  shared_.outbox_bound.forget(peer);
  peers_.remove(peer);
  if (++left_ % kCrowd == 0 && on_crowd_) on_crowd_();
  if (draining_ || closing_) on_drained_one();
}

size_t WsServer::disconnect(std::string_view user, CloseCode code, ErrorCode error,
                            std::string_view message) {
  size_t count = 0;
  for (const auto& peer : peers_.all()) {
    if (!peer->open() || peer->user() != user) continue;
    peer->close(code, error, message);
    ++count;
  }
  return count;
}

void WsServer::pause_writes(std::string_view user) {
  for (const auto& peer : peers_.all()) {
    if (peer->open() && peer->user() == user) {
      peer->traffic().socket().pause();
      shared_.outbox_bound.set_behind(*peer, 0);
    }
  }
}

void WsServer::resume_writes(std::string_view user) {
  for (const auto& peer : peers_.all()) {
    if (!peer->open() || peer->user() != user) continue;
    peer->traffic().socket().resume();
    on_writable(*peer);
  }
}

void WsServer::for_each(const std::function<void(const WsPeer&)>& visit) const {
  for (const auto& peer : peers_.all()) {
    if (peer->open() && !peer->waiting()) visit(*peer);
  }
}

}  // namespace hermod
