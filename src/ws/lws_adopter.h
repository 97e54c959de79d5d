#pragma once
// Passes upgraded sockets to libwebsockets and forwards its callbacks to their connections. Owned
// by WsServer.
//
// The library receives a canonical upgrade request as bytes that were already read, and usually
// answers it inside the call. From its first callback on, its object for the socket (lws) refers to
// the WsPeer.

#include <functional>
#include <string>

struct lws_vhost;

namespace hermod {

class LwsContext;
class WsPeer;

class LwsAdopter {
 public:
  // `on_gone` is called with a connection after its last callback, and may destroy it.
  LwsAdopter(LwsContext& context, std::function<void(WsPeer&)> on_gone);
  LwsAdopter(const LwsAdopter&) = delete;
  LwsAdopter& operator=(const LwsAdopter&) = delete;

  bool ready() const { return vhost_ != nullptr; }  // false: out of memory

  // False: the library did not accept the socket and has closed its descriptor. `on_gone` is not
  // called then.
  [[nodiscard]] bool adopt(WsPeer& peer, std::string head);

  // The callbacks of the library.
  struct Callbacks;

 private:
  std::function<void(WsPeer&)> on_gone_;
  lws_vhost* vhost_;
  WsPeer* adopting_ = nullptr;  // set while the library adopts its socket
};

}  // namespace hermod
