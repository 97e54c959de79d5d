#include "http/admission.h"

#include <cassert>

#include "http/client_network.h"

namespace hermod {
namespace {

size_t count_of(const std::map<IpAddress, size_t>& counts, const IpAddress& key) {
  const auto found = counts.find(key);
  return found != counts.end() ? found->second : 0;
}

void remove_one(std::map<IpAddress, size_t>& counts, const IpAddress& key) {
  const auto found = counts.find(key);
  assert(found != counts.end());
  assert(found->second > 0);
  if (--found->second == 0) counts.erase(found);
}

}  // namespace

std::optional<Network> Admission::full_network(const IpAddress& address) const {
  if (address.is_loopback() || any_contains(exempt_, address)) return std::nullopt;
  const Network of_allotment{allotment(address), address.is_v4() ? uint8_t{128} : kAllotmentBits};
  if (count_of(by_allotment_, of_allotment.first) >= limits_.sockets_max) return of_allotment;
  const Network of_site{site(address), kSiteBits};
  if (count_of(by_site_, of_site.first) >= kSiteShare * limits_.sockets_max) return of_site;
  return std::nullopt;
}

void Admission::add(const IpAddress& address) {
  ++by_allotment_[allotment(address)];
  if (!address.is_v4()) ++by_site_[site(address)];
}

void Admission::remove(const IpAddress& address) {
  remove_one(by_allotment_, allotment(address));
  if (!address.is_v4()) remove_one(by_site_, site(address));
}

}  // namespace hermod
