#pragma once
// Counts the sockets that are not WebSockets, and limits them: for IPv4 by address, for IPv6 by /64
// and by /48. Loopback and trusted proxies connect on behalf of many clients and are exempt. Owned
// by HttpServer, called by ConnectionManager.

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "base/ip_network.h"

namespace hermod {

struct AdmissionLimits {
  size_t sockets_max = 1024;  // of one address or /64, before the upgrade; of a /48 four times that
};

class Admission {
 public:
  Admission(AdmissionLimits limits, std::vector<Network> exempt)
      : limits_(limits), exempt_(std::move(exempt)) {}

  // The network that has reached its limit and contains the address, the smaller one first; nullopt
  // if the address may open another socket.
  std::optional<Network> full_network(const IpAddress& address) const;

  void add(const IpAddress& address);
  void remove(const IpAddress& address);  // once for each that was added

  void set_exempt(std::vector<Network> exempt) { exempt_ = std::move(exempt); }

 private:
  using Counts = std::map<IpAddress, size_t>;

  AdmissionLimits limits_;
  std::vector<Network> exempt_;
  Counts by_allotment_;  // both are bounded by the number of sockets
  Counts by_site_;       // only IPv6
};

}  // namespace hermod
