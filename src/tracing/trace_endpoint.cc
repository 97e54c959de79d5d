#include "tracing/trace_endpoint.h"

#include <algorithm>
#include <cstdint>

#include "base/parse.h"

namespace hermod {
namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";
constexpr std::string_view kPath = "/v1/traces";
constexpr std::string_view kDefaultPort = ":4318";  // of OTLP over HTTP

Error wrong(std::string_view sentence) {
  return {ErrorCode::kConfiguration, "OTEL_EXPORTER_OTLP_ENDPOINT " + std::string(sentence)};
}

Error malformed() {
  return wrong("must be a URL such as http://localhost:4318 or https://collector.example");
}

bool printable(char c) {
  return c > ' ' && c < 0x7f;
}

// The scheme with its separator; empty if it is neither http nor https.
std::string_view scheme_of(std::string_view url) {
  for (const std::string_view scheme : {kHttp, kHttps}) {
    if (url.starts_with(scheme)) return scheme;
  }
  return {};
}

// The host of "host", "host:port" or "[address]:port". Empty if the brackets are not closed.
std::string_view host_of(std::string_view authority) {
  if (!authority.starts_with('[')) return authority.substr(0, authority.find(':'));
  const size_t end = authority.find(']');
  return authority.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

// `port`: the text after the host.
bool is_port(std::string_view port) {
  if (port.empty()) return true;
  return port.front() == ':' && parse_number<uint16_t>(port.substr(1)).value_or(0) != 0;
}

}  // namespace

Result<std::string> trace_url(std::string_view url) {
  const std::string_view scheme = scheme_of(url);
  const bool fits = !scheme.empty() && std::all_of(url.begin(), url.end(), printable);
  if (!fits || url.find_first_of("?#\"\\") != std::string_view::npos) return malformed();
  url.remove_prefix(scheme.size());
  while (url.ends_with('/')) url.remove_suffix(1);
  const std::string_view authority = url.substr(0, url.find('/'));
  if (authority.find('@') != std::string_view::npos) {
    return wrong(
        "contains a user name or a password, which hermod does not send; use "
        "OTEL_EXPORTER_OTLP_HEADERS");
  }
  const std::string_view host = host_of(authority);
  const std::string_view port = authority.substr(host.size());
  if (host.empty() || host == "[]" || !is_port(port)) return malformed();
  std::string made = std::string(scheme).append(authority);
  if (port.empty() && scheme == kHttp) made.append(kDefaultPort);
  return made.append(url.substr(authority.size())).append(kPath);
}

}  // namespace hermod
