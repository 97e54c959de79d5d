#include "ws/lws_adopter.h"

#include <libwebsockets.h>

#include <cassert>
#include <string_view>
#include <utility>

#include "lws/lws_context.h"
#include "ws/peer_events.h"
#include "ws/upgrade_head.h"
#include "ws/ws_peer.h"

namespace hermod {

// The protocol callback of the library. The peer is stored in the opaque pointer, not in the
// library's session memory, because the pointer is valid before and after the session.
struct LwsAdopter::Callbacks {
  static int protocol_cb(lws* wsi, lws_callback_reasons reason, void* session, void* in,
                         size_t length) noexcept;
  static int to_peer(WsPeer& peer, lws* wsi, lws_callback_reasons reason, std::string_view bytes);
};

namespace {

// Session memory is requested only because the library otherwise does not report that it begins to
// close by itself. The receive buffer is small, because it is allocated per connection and clients
// of a push service send little; the send size is large, because larger writes are copied.
constexpr lws_protocols kProtocols[] = {
    {kHermodName, LwsAdopter::Callbacks::protocol_cb, sizeof(void*), 128, 0, nullptr, 1024 * 1024},
    {kHermodV1Name, LwsAdopter::Callbacks::protocol_cb, sizeof(void*), 128, 0, nullptr,
     1024 * 1024},
    {nullptr, nullptr, 0, 0, 0, nullptr, 0},
};

LwsAdopter& adopter_of(lws* wsi) {
  return *static_cast<LwsAdopter*>(lws_vhost_user(lws_get_vhost(wsi)));
}

Inbound::Piece piece_of(lws* wsi, std::string_view bytes) {
  const bool binary = lws_frame_is_binary(wsi) != 0;
  return {bytes, binary ? Inbound::Kind::kBinary : Inbound::Kind::kText,
          lws_remaining_packet_payload(wsi) == 0, lws_is_final_fragment(wsi) != 0};
}

}  // namespace

LwsAdopter::LwsAdopter(LwsContext& context, std::function<void(WsPeer&)> on_gone)
    : on_gone_(std::move(on_gone)), vhost_(context.add_vhost("ws", kProtocols, this)) {}

bool LwsAdopter::adopt(WsPeer& peer, std::string head) {
  assert(ready());
  assert(adopting_ == nullptr);
  adopting_ = &peer;
  lws_adopt_socket_vhost_readbuf(vhost_, peer.descriptor(), head.data(), head.size());
  return std::exchange(adopting_, nullptr) == nullptr;
}

int LwsAdopter::Callbacks::protocol_cb(lws* wsi, lws_callback_reasons reason, void* /*session*/,
                                       void* in, size_t length) noexcept {
  if (reason == LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED) {
    WsPeer* const peer = std::exchange(adopter_of(wsi).adopting_, nullptr);
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

int LwsAdopter::Callbacks::to_peer(WsPeer& peer, lws* wsi, lws_callback_reasons reason,
                                   std::string_view bytes) {
  switch (reason) {
    case LWS_CALLBACK_ESTABLISHED:
      // A drain may have dropped the connection before the library answered its request.
      if (peer.state() == WsPeer::State::kDropped) return -1;
      peer.on_established();
      return 0;
    case LWS_CALLBACK_RECEIVE:
      on_received(peer, piece_of(wsi, bytes));
      return 0;
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
    case LWS_CALLBACK_WSI_DESTROY:
      lws_set_opaque_user_data(wsi, nullptr);
      peer.on_closed();
      adopter_of(wsi).on_gone_(peer);
      return 0;
    default:
      return 0;
  }
}

}  // namespace hermod
