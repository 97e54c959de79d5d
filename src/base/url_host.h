#pragma once
// Hosts in the URLs of a service that listens on them.

#include <string>

namespace hermod {

// The host as a URL needs it: an IPv6 address in brackets (RFC 3986 section 3.2.2).
std::string url_host(const std::string& host);

// The host that a client on this machine connects to, where the service listens on `host`: for all
// addresses of the machine, or an empty host, 127.0.0.1.
std::string dialled_host(const std::string& host);

}  // namespace hermod
