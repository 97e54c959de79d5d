#pragma once
// What one address may ask for before anybody knows who it is: sockets that have not said what they
// want, and tokens that were no good. Loopback and trusted proxies stand for many and are exempt.
// Pure: time comes as an argument.

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "http/ip_address.h"

namespace hermod {

struct AdmissionLimits {
  size_t silent_sockets_max = 256;  // of one address, without a complete head
  size_t failures_max = 100;        // tokens of one address that failed, in a window
  int64_t window_ms = 60'000;
  size_t addresses_max = 65'536;  // remembered at a time; who comes beyond is not counted
};

class Admission {
 public:
  Admission(AdmissionLimits limits, std::vector<Network> exempt)
      : limits_(limits), exempt_(std::move(exempt)) {}

  // A socket came. False: its address has too many silent ones, and nothing was counted.
  [[nodiscard]] bool add_silent(const IpAddress& address);

  // It spoke, or went. Once for each that was added.
  void remove_silent(const IpAddress& address);

  void on_failed_token(const IpAddress& address, int64_t now_ms);

  // How long the address must stay away, 0 = it is welcome.
  int64_t blocked_for_ms(const IpAddress& address, int64_t now_ms);

  void set_exempt(std::vector<Network> exempt) { exempt_ = std::move(exempt); }

 private:
  using Counts = std::map<IpAddress, size_t>;

  bool exempt(const IpAddress& address) const;
  void turn_window(int64_t now_ms);

  AdmissionLimits limits_;
  std::vector<Network> exempt_;
  Counts silent_;
  Counts failures_;
  int64_t window_start_ms_ = 0;
};

}  // namespace hermod
