#include "http/admission.h"

namespace hermod {

bool Admission::is_full(const IpAddress& address) const {
  if (address.is_loopback() || any_contains(exempt_, address)) return false;
  const auto found = sockets_.find(site(address));
  return found != sockets_.end() && found->second >= limits_.sockets_max;
}

void Admission::remove(const IpAddress& address) {
  const auto found = sockets_.find(site(address));
  if (--found->second == 0) sockets_.erase(found);
}

}  // namespace hermod
