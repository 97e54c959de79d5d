#include "base/url_host.h"

namespace hermod {

std::string url_host(const std::string& host) {
  return host.find(':') == std::string::npos ? host : '[' + host + ']';
}

std::string dialled_host(const std::string& host) {
  const bool any = host.empty() || host == "0.0.0.0" || host == "::";
  return any ? "127.0.0.1" : host;
}

}  // namespace hermod
