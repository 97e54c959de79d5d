#include "base/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cassert>
#include <cstring>

namespace hermod {
namespace {

constexpr std::array<uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

IpAddress from_v4(const void* four_bytes) {
  IpAddress address;
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes.begin());
  std::memcpy(address.bytes.data() + kMappedPrefix.size(), four_bytes, 4);
  return address;
}

}  // namespace

bool IpAddress::is_v4() const {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin());
}

bool IpAddress::is_loopback() const {
  if (is_v4()) return bytes[12] == 127;
  IpAddress one;
  one.bytes[15] = 1;
  return *this == one;
}

std::optional<IpAddress> parse_address(std::string_view text) {
  const std::string terminated(text);
  in_addr v4{};
  if (inet_pton(AF_INET, terminated.c_str(), &v4) == 1) return from_v4(&v4);
  IpAddress v6;
  if (inet_pton(AF_INET6, terminated.c_str(), v6.bytes.data()) == 1) return v6;
  return std::nullopt;
}

std::string to_string(const IpAddress& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.is_v4()) {
    inet_ntop(AF_INET, address.bytes.data() + kMappedPrefix.size(), text, sizeof text);
  } else {
    inet_ntop(AF_INET6, address.bytes.data(), text, sizeof text);
  }
  return text;
}

IpAddress to_address(const sockaddr_storage& socket_address) {
  if (socket_address.ss_family == AF_INET6) {
    IpAddress address;
    std::memcpy(address.bytes.data(),
                &reinterpret_cast<const sockaddr_in6&>(socket_address).sin6_addr,
                address.bytes.size());
    return address;
  }
  if (socket_address.ss_family == AF_INET) {
    return from_v4(&reinterpret_cast<const sockaddr_in&>(socket_address).sin_addr);
  }
  const uint32_t loopback = htonl(INADDR_LOOPBACK);
  return from_v4(&loopback);
}

IpAddress masked(IpAddress address, uint8_t prefix_bits) {
  assert(prefix_bits <= 128);
  for (size_t i = 0; i < address.bytes.size(); ++i) {
    const int kept = std::clamp(prefix_bits - static_cast<int>(8 * i), 0, 8);
    address.bytes[i] &= static_cast<uint8_t>(0xff00 >> kept);
  }
  return address;
}

}  // namespace hermod
