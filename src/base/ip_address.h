#pragma once
// An IP address or network as a number, so that it can be compared, masked and looked up. IPv4
// addresses have their mapped form (::ffff:a.b.c.d), as reported by a dual-stack listener.

#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hermod/result.h"

namespace hermod {

struct IpAddress {
  std::array<uint8_t, 16> bytes{};

  auto operator<=>(const IpAddress&) const = default;
  bool is_v4() const;
  bool is_loopback() const;
};

std::optional<IpAddress> parse_address(std::string_view text);  // "10.0.0.1", "2001:db8::1"
std::string to_string(const IpAddress& address);

// The address of a socket's peer. A Unix socket counts as loopback.
IpAddress to_address(const sockaddr_storage& socket_address);

inline constexpr uint8_t kAllotmentBits = 64;
inline constexpr uint8_t kSiteBits = 48;

// The network that one customer has: an IPv4 address, or the /64 of an IPv6 address.
IpAddress allotment(const IpAddress& address);

// The network that one site may have (RFC 6177): an IPv4 address, or the /48 of an IPv6 address. A
// /48 has 65,536 allotments, so that a limit for each allotment would not limit a site.
IpAddress site(const IpAddress& address);

// The limit of an IPv6 site, as a multiple of the limit of an allotment.
inline constexpr size_t kSiteShare = 4;

struct Network {
  IpAddress first;
  uint8_t prefix_bits = 128;  // of the mapped form

  bool contains(const IpAddress& address) const;
};

// Parses addresses and networks such as "10.0.0.0/8". Error: kConfiguration with the first text
// that is neither.
Result<std::vector<Network>> parse_networks(const std::vector<std::string>& texts);

bool any_contains(const std::vector<Network>& networks, const IpAddress& address);

}  // namespace hermod
