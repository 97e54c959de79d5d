#pragma once
// One request of HttpClient, and the response to it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hermod {

enum class HttpMethod : uint8_t { kGet, kPost };

// A header field without control characters in its name or value.
using HttpField = std::pair<std::string, std::string>;

struct OutgoingRequest {
  // kNone: the request carries a secret for our own server, which a proxy must not see.
  enum class Proxy : uint8_t { kEnvironment, kNone };

  HttpMethod method = HttpMethod::kGet;
  std::string url;                // http or https
  std::vector<HttpField> fields;  // in addition to those of the client
  std::string_view body;          // of a POST; must stay valid until the request has ended
  // From the look-up of the name to the end of the response; not 0.
  uint64_t time_limit_ms = 10'000;
  size_t response_bytes_max = 64 * 1024;  // the body is cut at this length
  Proxy proxy = Proxy::kEnvironment;
};

struct HttpResponse {
  enum class Body : uint8_t { kWhole, kCut };  // kCut: longer than response_bytes_max

  int status = 0;
  uint32_t retry_after_s = 0;  // Retry-After, as a delay; 0: none
  std::string body;
  Body extent = Body::kWhole;
};

}  // namespace hermod
