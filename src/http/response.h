#pragma once
// An HTTP response of the server, and its serialization. A PageGroup or RequestRouter makes the
// response; RequestRouter serializes it, and Connection writes the bytes.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/refusals.h"
#include "hermod/result.h"

namespace hermod {

inline constexpr std::string_view kJsonType = "application/json";
inline constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

struct Response {
  int status = 200;
  std::string_view content_type = kJsonType;
  std::string body;
  std::vector<std::pair<std::string_view, std::string>> headers;  // in addition to the common ones
};

// An error response (protocol section 4, the error body).
struct Fault {
  int status = 400;
  ErrorCode code = ErrorCode::kValidation;
  std::string message;
  int64_t retry_after_s = 0;  // 0: no Retry-After
  RefusalReason why = RefusalReason::kInvalidRequest;
  std::string value = {};    // what was judged, for the log line; never a secret
  std::string details = {};  // a JSON object; empty: none
};

// The fault of a row of the table of refusals that has an HTTP status.
Fault make_fault(RefusalReason why, std::string value = {}, int64_t retry_after_s = 0);

struct ErrorContext {
  std::string_view correlation_id;
  std::string_view service;
  int64_t now_wall_ms = 0;
};

Response error_response(const Fault& fault, const ErrorContext& context);

// How a response is sent; these depend on the request.
struct ResponseOptions {
  enum class Body : uint8_t { kSent, kOmitted };  // omitted for HEAD; Content-Length is sent anyway
  enum class Connection : uint8_t { kKept, kClosed };

  Body body = Body::kSent;
  Connection connection = Connection::kKept;
  std::string_view correlation_id;
  std::string_view allowed_origin;  // the request's Origin if it is allowed, else empty
  int64_t now_wall_ms = 0;
};

std::string serialize(const Response& response, const ResponseOptions& options);

}  // namespace hermod
