#pragma once
// Where traces go: OTEL_EXPORTER_OTLP_ENDPOINT, taken apart.

#include <cstdint>
#include <string>
#include <string_view>

#include "hermod/result.h"

namespace hermod {

struct TraceEndpoint {
  std::string host;  // as the resolver takes it: an IPv6 address without its brackets
  uint16_t port = 4318;
  std::string authority;            // as the Host header takes it
  std::string path = "/v1/traces";  // the URL's own path in front
};

// "http://collector:4318", "http://[::1]:4318/otlp". Refused with a sentence: https, since hermod
// speaks no TLS of its own (a collector beside it does), a user or password, a query.
Result<TraceEndpoint> parse_trace_endpoint(std::string_view url);

}  // namespace hermod
