#include "tracing/trace_endpoint.h"

#include <algorithm>

#include "base/parse.h"

namespace hermod {
namespace {

constexpr std::string_view kScheme = "http://";

Error wrong(std::string_view sentence) {
  return {ErrorCode::kConfiguration, "OTEL_EXPORTER_OTLP_ENDPOINT " + std::string(sentence)};
}

bool printable(char c) {
  return c > ' ' && c < 0x7f;
}

// Splits "host", "host:port" or "[address]:port" into host and port. False if it is malformed.
bool split_authority(std::string_view authority, TraceEndpoint& endpoint) {
  std::string_view port;
  if (authority.starts_with('[')) {
    const size_t end = authority.find(']');
    if (end == std::string_view::npos) return false;
    endpoint.host = authority.substr(1, end - 1);
    port = authority.substr(end + 1);
  } else {
    const size_t colon = std::min(authority.find(':'), authority.size());
    endpoint.host = authority.substr(0, colon);
    port = authority.substr(colon);
  }
  if (endpoint.host.empty()) return false;
  if (port.empty()) return true;
  if (port.size() < 2 || port.front() != ':') return false;
  endpoint.port = parse_number<uint16_t>(port.substr(1)).value_or(0);
  return endpoint.port != 0;
}

}  // namespace

Result<TraceEndpoint> parse_trace_endpoint(std::string_view url) {
  if (url.starts_with("https://")) {
    return wrong(
        "is an https URL, which hermod does not support; use http:// to a collector on the same "
        "host");
  }
  const bool fits = url.starts_with(kScheme) && std::all_of(url.begin(), url.end(), printable);
  if (!fits || url.find_first_of("?#\"\\") != std::string_view::npos) {
    return wrong("must be a URL such as http://localhost:4318");
  }
  url.remove_prefix(kScheme.size());
  const size_t slash = std::min(url.find('/'), url.size());
  const std::string_view authority = url.substr(0, slash);
  std::string_view path = url.substr(slash);
  while (path.ends_with('/')) path.remove_suffix(1);
  if (authority.find('@') != std::string_view::npos) {
    return wrong(
        "contains a user name or a password, which hermod does not send; use http://host:port");
  }
  TraceEndpoint endpoint;
  if (!split_authority(authority, endpoint)) {
    return wrong("must be a URL such as http://localhost:4318");
  }
  endpoint.authority = authority;
  endpoint.path.insert(0, path);
  return endpoint;
}

}  // namespace hermod
