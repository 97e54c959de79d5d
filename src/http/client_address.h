#pragma once
// Who is really there, behind the proxies that are trusted to say so.

#include <string_view>
#include <vector>

#include "http/ip_address.h"

namespace hermod {

// Walks X-Forwarded-For from its right end, which the nearest proxy wrote, to the first address
// that is not a trusted proxy's. The peer's own where the peer is not trusted or an entry on the
// way is no address: what stands left of it could be anybody's invention. Entries may carry a port.
IpAddress client_address(const IpAddress& peer, std::string_view forwarded_for,
                         const std::vector<Network>& trusted_proxies);

}  // namespace hermod
