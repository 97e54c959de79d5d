#pragma once
// What happens to a connection from outside, after its upgrade: the library's callbacks, the check
// of its inflow, and its deadline. Called by WsServer and InflowWatch.

#include <string_view>

#include "core/instant.h"
#include "ws/inbound.h"

namespace hermod {

class WsPeer;

void on_received(WsPeer& peer, const Inbound::Piece& piece);
void on_pong(WsPeer& peer, std::string_view payload);
void on_writable(WsPeer& peer);

// The client's close frame. Nonzero: the library closes the socket at once.
int on_client_close(WsPeer& peer, std::string_view payload);

// The client violated the protocol. `payload` is that of the close frame that the library sends;
// empty: it sends none.
void on_library_close(WsPeer& peer, std::string_view payload);

void check_inflow(WsPeer& peer, Instant now);

// The entry of the connection in the timer wheel has fired.
void on_due(WsPeer& peer);

}  // namespace hermod
