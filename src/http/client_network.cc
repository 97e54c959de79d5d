#include "http/client_network.h"

namespace hermod {

IpAddress allotment(const IpAddress& address) {
  return address.is_v4() ? address : masked(address, kAllotmentBits);
}

IpAddress site(const IpAddress& address) {
  return address.is_v4() ? address : masked(address, kSiteBits);
}

}  // namespace hermod
