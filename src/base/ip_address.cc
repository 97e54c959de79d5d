#include "base/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

#include "base/parse.h"

namespace hermod {
namespace {

constexpr std::array<uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr uint8_t kMappedBits = 96;

IpAddress from_v4(const void* four_bytes) {
  IpAddress address;
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes.begin());
  std::memcpy(address.bytes.data() + kMappedPrefix.size(), four_bytes, 4);
  return address;
}

void mask(IpAddress& address, uint8_t prefix_bits) {
  for (size_t i = 0; i < address.bytes.size(); ++i) {
    const int kept = std::clamp(prefix_bits - static_cast<int>(8 * i), 0, 8);
    address.bytes[i] &= static_cast<uint8_t>(0xff00 >> kept);
  }
}

Error no_network(std::string_view text, const std::string& what) {
  return {ErrorCode::kConfiguration,
          "TRUSTED_PROXIES must contain addresses and networks such as 10.0.0.0/8, not \"" +
              std::string(text) + "\"" + what};
}

Result<Network> parse_network(std::string_view text) {
  const size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return no_network(text, "");
  Network network{*address, 128};
  if (slash == std::string_view::npos) return network;
  const auto bits = parse_number<unsigned>(text.substr(slash + 1));
  const bool v4 = address->is_v4() && text.find(':') == std::string_view::npos;
  if (!bits || *bits > (v4 ? 32U : 128U)) {
    return no_network(text, "");
  }
  // A mapped IPv4 address with a short prefix is a mistake: ::ffff:10.0.0.0/8 is ::/8, which
  // contains every IPv4 address.
  if (!v4 && address->is_v4() && *bits < kMappedBits) {
    return no_network(text,
                      ", which contains every IPv4 address: write it as IPv4 with a prefix of 0 "
                      "to 32, or with one of 96 to 128");
  }
  network.prefix_bits = static_cast<uint8_t>(v4 ? *bits + kMappedBits : *bits);
  mask(network.first, network.prefix_bits);
  return network;
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

IpAddress allotment(const IpAddress& address) {
  IpAddress network = address;
  if (!address.is_v4()) mask(network, kAllotmentBits);
  return network;
}

IpAddress site(const IpAddress& address) {
  IpAddress network = address;
  if (!address.is_v4()) mask(network, kSiteBits);
  return network;
}

bool Network::contains(const IpAddress& address) const {
  IpAddress masked = address;
  mask(masked, prefix_bits);
  return masked == first;
}

Result<std::vector<Network>> parse_networks(const std::vector<std::string>& texts) {
  std::vector<Network> networks;
  for (const std::string& text : texts) {
    const Result<Network> network = parse_network(text);
    if (!network) return network.error();
    networks.push_back(network.value());
  }
  return networks;
}

bool any_contains(const std::vector<Network>& networks, const IpAddress& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&address](const Network& network) { return network.contains(address); });
}

}  // namespace hermod
