#pragma once
// Port: asks the other processes for room for a newcomer. What the processes do together
// (fleet/) implements it; WsServer calls it, and WsServer::probe_quota() is the other end.

#include <cstddef>
#include <string_view>

namespace hermod {

class QuotaProbe {
 public:
  // The user has as many connections as allowed, and `needed` newcomers wait in this process. Each
  // other process pings its connections of the user, and closes up to `needed` of them that do not
  // answer within 2 s. There is no answer: the leases show the result.
  virtual void ask(std::string_view user, size_t needed) = 0;

 protected:
  ~QuotaProbe() = default;
};

}  // namespace hermod
