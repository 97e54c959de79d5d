#include "uv/resolver.h"

#include <netdb.h>
#include <uv.h>

#include <cassert>
#include <cstring>
#include <utility>

namespace hermod::uv {

// Outlives the Resolver if libuv's thread pool still uses it; frees itself in its callback.
struct Resolver::Request {
  uv_getaddrinfo_t uv{};
  Resolver* owner = nullptr;
  Done done;

  static void done_cb(uv_getaddrinfo_t* uv, int status, addrinfo* found) noexcept {
    auto* request = static_cast<Request*>(uv->data);
    Done done = std::move(request->done);
    if (request->owner != nullptr) {
      assert(request->owner->request_ == request);
      request->owner->request_ = nullptr;
    }
    delete request;
    std::vector<Address> addresses;
    for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
      Address address{};
      std::memcpy(&address.storage, one->ai_addr, one->ai_addrlen);
      address.length = one->ai_addrlen;
      addresses.push_back(address);
    }
    uv_freeaddrinfo(found);
    if (!done) return;
    if (status < 0) {
      done(Error{ErrorCode::kConnection, uv_strerror(status)});
    } else {
      done(std::move(addresses));
    }
  }
};

Resolver::~Resolver() {
  cancel();
}

void Resolver::cancel() {
  if (request_ == nullptr) return;
  assert(request_->owner == this);
  request_->owner = nullptr;
  request_->done = nullptr;
  uv_cancel(reinterpret_cast<uv_req_t*>(&request_->uv));
  request_ = nullptr;
}

void Resolver::resolve(const std::string& host, uint16_t port, Done done) {
  assert(done != nullptr);
  cancel();
  auto* request = new Request;
  request->uv.data = request;
  request->owner = this;
  request->done = std::move(done);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  const int error = uv_getaddrinfo(loop_, &request->uv, Request::done_cb, host.c_str(),
                                   std::to_string(port).c_str(), &hints);
  if (error == 0) {
    request_ = request;
    return;
  }
  // Reached only if libuv rejects the name, for example because it is too long.
  Done failed = std::move(request->done);
  delete request;
  failed(Error{ErrorCode::kConnection, uv_strerror(error)});
}

std::string to_string(const Address& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.storage.ss_family == AF_INET) {
    uv_ip4_name(reinterpret_cast<const sockaddr_in*>(&address.storage), text, sizeof text);
  } else {
    uv_ip6_name(reinterpret_cast<const sockaddr_in6*>(&address.storage), text, sizeof text);
  }
  return text;
}

}  // namespace hermod::uv
