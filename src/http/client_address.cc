#include "http/client_address.h"

#include <algorithm>

namespace hermod {
namespace {

// "1.2.3.4", "1.2.3.4:80", "2001:db8::1", "[2001:db8::1]:443".
std::optional<IpAddress> parse_entry(std::string_view entry) {
  const size_t first = entry.find_first_not_of(" \t");
  if (first == std::string_view::npos) return std::nullopt;
  entry = entry.substr(first, entry.find_last_not_of(" \t") - first + 1);
  if (entry.starts_with('[')) {
    const size_t end = entry.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    return parse_address(entry.substr(1, end - 1));
  }
  if (std::count(entry.begin(), entry.end(), ':') == 1) entry = entry.substr(0, entry.find(':'));
  return parse_address(entry);
}

}  // namespace

IpAddress client_address(const IpAddress& peer, std::string_view forwarded_for,
                         const std::vector<Network>& trusted_proxies) {
  IpAddress nearest = peer;
  while (!forwarded_for.empty() && any_contains(trusted_proxies, nearest)) {
    const size_t comma = forwarded_for.rfind(',');
    const bool last = comma == std::string_view::npos;
    const auto entry = parse_entry(last ? forwarded_for : forwarded_for.substr(comma + 1));
    if (!entry) return peer;
    nearest = *entry;
    forwarded_for = last ? std::string_view() : forwarded_for.substr(0, comma);
  }
  return nearest;
}

}  // namespace hermod
