#pragma once
// An IP address or network as a number, so that it can be compared, masked and looked up. IPv4 is
// held in its mapped form (::ffff:a.b.c.d), which is also how a dual-stack listener shows it.

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

// Where a socket's other side is. A Unix socket is as near as the loopback and counts as that.
IpAddress to_address(const sockaddr_storage& socket_address);

inline constexpr uint8_t kAllotmentBits = 64;
inline constexpr uint8_t kSiteBits = 48;

// What one customer holds: an IPv4 address, or the /64 of an IPv6 one.
IpAddress allotment(const IpAddress& address);

// What one site may hold (RFC 6177): an IPv4 address, or the /48 of an IPv6 one, which has 65,536
// allotments. A limit by allotment alone is none for it.
IpAddress site(const IpAddress& address);

// What an IPv6 site may have, as a multiple of what each of its allotments may have.
inline constexpr size_t kSiteShare = 4;

struct Network {
  IpAddress first;
  uint8_t prefix_bits = 128;  // of the 128

  bool contains(const IpAddress& address) const;
};

// Addresses and networks ("10.0.0.0/8"). Error: kConfiguration with the text that is neither.
Result<std::vector<Network>> parse_networks(const std::vector<std::string>& texts);

bool any_contains(const std::vector<Network>& networks, const IpAddress& address);

}  // namespace hermod
