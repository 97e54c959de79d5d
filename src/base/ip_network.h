#pragma once
// An IP network: all addresses with the same first bits.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "hermod/result.h"

namespace hermod {

struct Network {
  IpAddress first;
  uint8_t prefix_bits = 128;  // of the mapped form

  bool contains(const IpAddress& address) const;
};

// Whether `text` has the form of an address or a network: "10.0.0.1", "10.0.0.0/8",
// "2001:db8::/32".
bool is_network(std::string_view text);

// Parses addresses and networks. Error: kConfiguration with the first text that is neither, or that
// is too wide by mistake. `setting` is the name that the error mentions.
Result<std::vector<Network>> parse_networks(std::string_view setting,
                                            const std::vector<std::string>& texts);

bool any_contains(const std::vector<Network>& networks, const IpAddress& address);

}  // namespace hermod
