#include "http/response.h"

#include <ctime>
#include <nlohmann/json.hpp>

#include "base/clock.h"

namespace hermod {
namespace {

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    default:
      return "Unknown";
  }
}

// IMF-fixdate (RFC 9110 section 5.6.7), independent of the locale.
std::string http_date(int64_t wall_ms) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = wall_ms / 1000;
  std::tm tm{};
  gmtime_r(&seconds, &tm);
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", kDays[tm.tm_wday],
                tm.tm_mday, kMonths[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min,
                tm.tm_sec);
  return text;
}

void append(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

std::string_view connection_options(const Response& response, const ResponseOptions& options) {
  const bool closes = options.connection == ResponseOptions::Connection::kClosed;
  // A sender of Upgrade must also send the connection option (RFC 9110 section 7.8).
  if (response.status == 426) return closes ? "Upgrade, close" : "Upgrade, keep-alive";
  return closes ? "close" : "keep-alive";
}

}  // namespace

Fault make_fault(RefusalReason why, std::string value, int64_t retry_after_s) {
  const RefusalRow& row = refusal_row(why);
  return {row.code, row.error, std::string(row.message), retry_after_s, why, std::move(value)};
}

Response error_response(const Fault& fault, const ErrorContext& context) {
  const nlohmann::ordered_json error = {
      {"code", to_string(fault.code)},
      {"message", fault.message},
      {"correlation_id", context.correlation_id},
      {"service", context.service},
      {"timestamp", iso8601(context.now_wall_ms)},
      {"details", fault.details.empty() ? nlohmann::ordered_json::object()
                                        : nlohmann::ordered_json::parse(fault.details)},
  };
  Response response;
  response.status = fault.status;
  response.body = nlohmann::ordered_json{{"error", error}}.dump(
      -1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  if (fault.retry_after_s > 0) {
    response.headers.emplace_back("Retry-After", std::to_string(fault.retry_after_s));
  }
  return response;
}

std::string serialize(const Response& response, const ResponseOptions& options) {
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + ' ';
  out.append(reason_phrase(response.status)).append("\r\n");
  append(out, "Date", http_date(options.now_wall_ms));
  if (response.status != 204) {  // 204 must not have a Content-Length (RFC 9110 section 8.6)
    append(out, "Content-Type", response.content_type);
    append(out, "Content-Length", std::to_string(response.body.size()));
  }
  append(out, "Connection", connection_options(response, options));
  append(out, "Cache-Control", "no-store");
  append(out, "X-Correlation-ID", options.correlation_id);
  append(out, "Vary", "Origin");
  if (!options.allowed_origin.empty()) {
    append(out, "Access-Control-Allow-Origin", options.allowed_origin);
    append(out, "Access-Control-Expose-Headers", "X-Correlation-ID, Retry-After");
  }
  for (const auto& [name, value] : response.headers) append(out, name, value);
  out += "\r\n";
  if (options.body == ResponseOptions::Body::kSent) out += response.body;
  return out;
}

}  // namespace hermod
