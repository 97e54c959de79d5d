#pragma once
// How many sockets each address has that are no WebSockets. Loopback and trusted proxies connect
// for many and are exempt.

#include <cstddef>
#include <map>
#include <vector>

#include "http/ip_address.h"

namespace hermod {

struct AdmissionLimits {
  size_t sockets_max = 1024;  // of one address, before their upgrade
};

class Admission {
 public:
  Admission(AdmissionLimits limits, std::vector<Network> exempt)
      : limits_(limits), exempt_(std::move(exempt)) {}

  // Whether another socket of this address is one too many.
  bool is_full(const IpAddress& address) const;

  void add(const IpAddress& address) { ++sockets_[site(address)]; }
  void remove(const IpAddress& address);  // once for each that was added

  void set_exempt(std::vector<Network> exempt) { exempt_ = std::move(exempt); }

 private:
  AdmissionLimits limits_;
  std::vector<Network> exempt_;
  std::map<IpAddress, size_t> sockets_;  // by site; bounded by the sockets themselves
};

}  // namespace hermod
