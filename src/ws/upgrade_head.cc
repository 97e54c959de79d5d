#include "ws/upgrade_head.h"

namespace hermod {

std::string build_upgrade_head(std::string_view key, Subprotocol subprotocol) {
  std::string head =
      "GET / HTTP/1.1\r\n"
      "Host: hermod\r\n"
      "Upgrade: websocket\r\n"
      "Connection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: ";
  head += key;
  head += "\r\n";
  if (subprotocol != Subprotocol::kNone) {
    head += "Sec-WebSocket-Protocol: ";
    head += subprotocol == Subprotocol::kHermodV1 ? kHermodV1Name : kHermodName;
    head += "\r\n";
  }
  head += "\r\n";
  return head;
}

}  // namespace hermod
