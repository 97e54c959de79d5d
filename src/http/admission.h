#pragma once
// How many sockets each address has that are no WebSockets: an IPv4 address, the /64 of an IPv6
// one, and its /48. Loopback and trusted proxies connect for many and are exempt.

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "http/ip_address.h"

namespace hermod {

struct AdmissionLimits {
  size_t sockets_max = 1024;  // of one address, before their upgrade; four times that of a /48
};

class Admission {
 public:
  Admission(AdmissionLimits limits, std::vector<Network> exempt)
      : limits_(limits), exempt_(std::move(exempt)) {}

  // The network for which another socket of this address is one too many, the smallest first.
  std::optional<Network> full_network(const IpAddress& address) const;

  void add(const IpAddress& address);
  void remove(const IpAddress& address);  // once for each that was added

  void set_exempt(std::vector<Network> exempt) { exempt_ = std::move(exempt); }

 private:
  using Counts = std::map<IpAddress, size_t>;

  AdmissionLimits limits_;
  std::vector<Network> exempt_;
  Counts by_allotment_;  // bounded by the sockets themselves, as the other
  Counts by_site_;       // of IPv6 only
};

}  // namespace hermod
