#include "http/authority.h"

#include <algorithm>
#include <cstdint>

#include "base/ip_address.h"
#include "base/parse.h"

namespace hermod {
namespace {

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~").find(c) != std::string_view::npos;
}

bool is_registered_name(std::string_view name) {
  constexpr std::string_view kSubDelimiters = "!$&'()*+,;=";
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '%') {
      if (name.size() - i < 3 || !hex_digit(name[i + 1]) || !hex_digit(name[i + 2])) {
        return false;
      }
      i += 2;
    } else if (!is_unreserved(name[i]) && kSubDelimiters.find(name[i]) == std::string_view::npos) {
      return false;
    }
  }
  return !name.empty();
}

// The text between the brackets. Some clients include the zone of a link-local address.
bool is_ipv6(std::string_view text) {
  const size_t zone = text.find('%');
  const std::string_view address = text.substr(0, zone);
  if (address.find(':') == std::string_view::npos || !parse_address(address)) return false;
  if (zone == std::string_view::npos) return true;
  const std::string_view name = text.substr(zone + 1);
  return !name.empty() && std::all_of(name.begin(), name.end(), is_unreserved);
}

// The grammar allows an empty port.
bool is_port(std::string_view digits) {
  return digits.empty() || parse_number<uint16_t>(digits);
}

}  // namespace

bool is_authority(std::string_view text) {
  size_t host_end = std::min(text.find(':'), text.size());
  if (text.starts_with('[')) {
    const size_t bracket = text.find(']');
    if (bracket == std::string_view::npos || !is_ipv6(text.substr(1, bracket - 1))) return false;
    host_end = bracket + 1;
  } else if (!is_registered_name(text.substr(0, host_end))) {
    return false;
  }
  if (host_end == text.size()) return true;
  return text[host_end] == ':' && is_port(text.substr(host_end + 1));
}

}  // namespace hermod
