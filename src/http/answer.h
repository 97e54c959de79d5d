#pragma once
// An HTTP answer, and how it goes onto the wire.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hermod/result.h"

namespace hermod {

inline constexpr std::string_view kJsonType = "application/json";
inline constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

struct Answer {
  int status = 200;
  std::string_view content_type = kJsonType;
  std::string body;
  std::vector<std::pair<std::string_view, std::string>> headers;  // beside those every answer has
};

// What is said of an error (protocol section 4, the error body).
struct Fault {
  int status = 400;
  ErrorCode code = ErrorCode::kValidation;
  std::string_view message;   // static
  int64_t retry_after_s = 0;  // 0: no Retry-After
};

struct ErrorContext {
  std::string_view correlation_id;
  std::string_view service;
  int64_t now_wall_ms = 0;
};

Answer error_answer(const Fault& fault, const ErrorContext& context);

// How an answer is sent, apart from what it says.
struct Delivery {
  enum class Body : uint8_t { kSent, kOmitted };  // omitted for HEAD, its length said all the same
  enum class Connection : uint8_t { kKept, kClosed };

  Body body = Body::kSent;
  Connection connection = Connection::kKept;
  std::string_view correlation_id;
  std::string_view allowed_origin;  // the request's Origin where it is allowed, else empty
  int64_t now_wall_ms = 0;
};

std::string serialize(const Answer& answer, const Delivery& delivery);

}  // namespace hermod
