#pragma once
// The networks whose addresses are limited together, because one client may have all of them. Used
// by Admission, CheckQueue and RefusalBudget.

#include <cstddef>
#include <cstdint>

#include "base/ip_address.h"

namespace hermod {

inline constexpr uint8_t kAllotmentBits = 64;
inline constexpr uint8_t kSiteBits = 48;

// The network that one customer has: an IPv4 address, or the /64 of an IPv6 address.
IpAddress allotment(const IpAddress& address);

// The network that one site may have (RFC 6177): an IPv4 address, or the /48 of an IPv6 address. A
// /48 has 65,536 allotments, so that a limit for each allotment would not limit a site.
IpAddress site(const IpAddress& address);

// The limit of an IPv6 site, as a multiple of the limit of an allotment.
inline constexpr size_t kSiteShare = 4;

}  // namespace hermod
