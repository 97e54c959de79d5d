#pragma once
// Finds the address of a client that connects through trusted proxies. UpgradePolicy calls it.

#include <string_view>
#include <vector>

#include "base/ip_network.h"

namespace hermod {

// Reads X-Forwarded-For from the right, where the nearest proxy wrote, up to the first address that
// is not a trusted proxy. Returns `peer` if the peer is not trusted, or if an entry on the way is
// not an address, because any client could have written the entries to its left. Entries may have a
// port.
IpAddress client_address(const IpAddress& peer, std::string_view forwarded_for,
                         const std::vector<Network>& trusted_proxies);

}  // namespace hermod
