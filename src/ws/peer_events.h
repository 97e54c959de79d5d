#pragma once
// The events of a connection after its upgrade. LwsAdopter calls these functions for the callbacks
// of the library, PeerScheduler for deadlines, and InflowWatch for sockets that remain readable.
// They decide by the state of the connection; the transitions between states are in WsPeer.

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

// Closes the connection if the client has sent too much since the last check.
void check_inflow(WsPeer& peer, Instant now);

// The entry of the connection in the timer wheel has fired.
void on_due(WsPeer& peer);

}  // namespace hermod
