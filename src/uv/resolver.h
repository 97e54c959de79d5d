#pragma once
// Names to addresses off the loop (getaddrinfo on libuv's pool), one look-up at a time. A numeric
// address is answered the same way, on a later turn.

#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "hermod/result.h"
#include "uv/fwd.h"

namespace hermod::uv {

struct Address {
  sockaddr_storage storage;
  socklen_t length;
};

// The numeric form without the port: "127.0.0.1", "::1".
std::string to_string(const Address& address);

class Resolver {
 public:
  using Done = std::function<void(Result<std::vector<Address>>)>;

  explicit Resolver(uv_loop_t* loop) : loop_(loop) {}
  ~Resolver();  // a look-up under way is forgotten: its Done never comes
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // All stream addresses of `host` in the system's order (RFC 6724), never inside the call. A new
  // look-up forgets the one under way. Error: kConnection with the resolver's words.
  void resolve(const std::string& host, uint16_t port, Done done);
  void cancel();

 private:
  struct Request;

  uv_loop_t* loop_;
  Request* request_ = nullptr;
};

}  // namespace hermod::uv
