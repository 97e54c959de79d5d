#pragma once
// Parses OTEL_EXPORTER_OTLP_ENDPOINT.

#include <cstdint>
#include <string>
#include <string_view>

#include "hermod/result.h"

namespace hermod {

struct TraceEndpoint {
  std::string host;  // for the resolver: an IPv6 address without brackets
  uint16_t port = 4318;
  std::string authority;            // for the Host header
  std::string path = "/v1/traces";  // preceded by the path of the URL
};

// Accepts "http://collector:4318", "http://[::1]:4318/otlp". Errors (kConfiguration): https,
// because hermod has no TLS client (a local collector has); a user name or a password; a query.
Result<TraceEndpoint> parse_trace_endpoint(std::string_view url);

}  // namespace hermod
