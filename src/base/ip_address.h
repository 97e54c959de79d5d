#pragma once
// An IP address as a number, so that it can be compared, masked and looked up. IPv4 addresses have
// their mapped form (::ffff:a.b.c.d), as reported by a dual-stack listener.

#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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

// The address with only its first `prefix_bits` bits, of the mapped form; the others are zero.
IpAddress masked(IpAddress address, uint8_t prefix_bits);

}  // namespace hermod
