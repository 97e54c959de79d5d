#include "base/ip_network.h"

#include <algorithm>
#include <cassert>
#include <optional>

#include "base/parse.h"

namespace hermod {
namespace {

constexpr uint8_t kMappedBits = 96;

// The text of a network, split at its slash.
struct Notation {
  IpAddress address;
  bool is_v4 = false;  // written as IPv4, so that the prefix counts from its first bit
  unsigned prefix_bits = 0;
};

std::optional<Notation> split_network(std::string_view text) {
  const size_t slash = text.find('/');
  const std::string_view first = text.substr(0, slash);
  const auto address = parse_address(first);
  if (!address) return std::nullopt;
  const bool is_v4 = first.find(':') == std::string_view::npos;
  const unsigned bits_max = is_v4 ? 32 : 128;
  if (slash == std::string_view::npos) return Notation{*address, is_v4, bits_max};
  const auto bits = parse_number<unsigned>(text.substr(slash + 1));
  if (!bits || *bits > bits_max) return std::nullopt;
  return Notation{*address, is_v4, *bits};
}

}  // namespace

bool Network::contains(const IpAddress& address) const {
  assert(masked(first, prefix_bits) == first);
  return masked(address, prefix_bits) == first;
}

bool is_network(std::string_view text) {
  return split_network(text).has_value();
}

Result<std::vector<Network>> parse_networks(std::string_view setting,
                                            const std::vector<std::string>& texts) {
  std::vector<Network> networks;
  for (const std::string& text : texts) {
    const auto notation = split_network(text);
    // A mapped IPv4 address with a short prefix is a mistake: ::ffff:10.0.0.0/8 is ::/8, which
    // contains every IPv4 address.
    const bool too_wide = notation && !notation->is_v4 && notation->address.is_v4() &&
                          notation->prefix_bits < kMappedBits;
    if (!notation || too_wide) {
      std::string message = std::string(setting) +
                            " must contain addresses and networks such as 10.0.0.0/8, not \"" +
                            text + "\"";
      if (too_wide) {
        message +=
            ", which contains every IPv4 address: write it as IPv4 with a prefix of 0 to 32, or "
            "with one of 96 to 128";
      }
      return Error{ErrorCode::kConfiguration, std::move(message)};
    }
    const unsigned bits = notation->prefix_bits + (notation->is_v4 ? kMappedBits : 0);
    const auto prefix_bits = static_cast<uint8_t>(bits);
    networks.push_back({masked(notation->address, prefix_bits), prefix_bits});
  }
  return networks;
}

bool any_contains(const std::vector<Network>& networks, const IpAddress& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&address](const Network& network) { return network.contains(address); });
}

}  // namespace hermod
