#pragma once
// Resolves host names with getaddrinfo() on libuv's thread pool, one look-up at a time. A numeric
// address is resolved the same way. The result arrives in a later loop iteration.

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
  ~Resolver();  // cancels the look-up in progress: its Done is not called
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // Calls `done` with all stream addresses of `host`, in the order of the system (RFC 6724). A new
  // look-up cancels the one in progress. Error: kConnection, with libuv's message. `done` is called
  // inside resolve() only if libuv rejects the name.
  void resolve(const std::string& host, uint16_t port, Done done);
  void cancel();

 private:
  struct Request;

  uv_loop_t* loop_;
  Request* request_ = nullptr;
};

}  // namespace hermod::uv
