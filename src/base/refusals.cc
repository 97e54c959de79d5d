#include "base/refusals.h"

#include <cassert>
#include <cstddef>

#include "base/text.h"

namespace hermod {
namespace {

using enum RefusalReason;
using enum RefusalRow::Subject;
using enum ErrorCode;

constexpr std::string_view kKeys =
    "JWT_SECRET_KEY, JWT_SECRET_KEY_FILE, JWT_PUBLIC_KEY_FILE or JWT_JWKS_FILE";
constexpr std::string_view kHandshakeRule = "none: RFC 6455";
constexpr std::string_view kRequestRule = "none: RFC 9110 and RFC 9112";

// The metrics of upgrades are the names of their error codes.
// clang-format off
constexpr RefusalRow kTable[] = {
    {kMalformedRequest, kRequest, "malformed_request", 400, kParsing, "malformed HTTP request",
     kRequestRule, "REQUEST"},
    {kRequestHead, kRequest, "request_head", 431, kValidation, "the request head exceeds 16 KiB",
     "none: the limit is fixed", "REQUEST"},
    {kRequestMethod, kRequest, "request_method", 405, kValidation,
     "this path does not support the method", "none: the path", "REQUEST"},
    {kRequestTarget, kRequest, "request_target", 400, kValidation,
     "the request target must be a path such as /healthz, or an http or https URL", kRequestRule,
     "REQUEST"},
    {kHostCount, kRequest, "host_count", 400, kValidation, "a request must have exactly one Host",
     kRequestRule, "REQUEST"},
    {kHostForm, kRequest, "host_form", 400, kValidation,
     "Host must be a name or an address, with or without a port: localhost:8080", kRequestRule,
     "REQUEST"},
    {kBodyTooLarge, kRequest, "body_too_large", 413, kValidation,
     "the body must have a Content-Length of at most 8 KiB", "none: the limit is fixed", "REQUEST"},
    {kBodyNotAccepted, kRequest, "body_not_accepted", 413, kValidation,
     "this path does not accept a body", "none: the path", "REQUEST"},
    {kUnknownPath, kRequest, "unknown_path", 404, kNotFound, "unknown path", "none: the path",
     "REQUEST"},
    {kPageDisabled, kRequest, "page_disabled", 404, kNotFound, "this page is disabled",
     "ENABLE_METRICS", "REQUEST"},
    {kInvalidRequest, kRequest, "invalid_request", 400, kValidation, "the request is invalid",
     "none: the page", "REQUEST"},
    {kSockets, kRequest, "sockets", 503, kServiceUnavailable,
     "the service has reached its limit of sockets",
     "none: the limit of file descriptors (LimitNOFILE, ulimit -n)", "SOCKETS"},
    {kOpenAnswers, kRequest, "open_answers", 503, kServiceUnavailable,
     "too many requests are in progress", "none: the limit is fixed", "REQUEST"},
    {kCorsOrigin, kRequest, "cors_origin", 0, kAuthorization,
     "the origin gets no Access-Control-Allow-Origin", "CORS_ORIGINS", "CORS"},

    {kAdminToken, kAdminSecret, "admin_token", 401, kAuthentication,
     "this is neither ADMIN_TOKEN nor the console's secret", "ADMIN_TOKEN or ADMIN_TOKEN_FILE",
     "ADMIN_TOKEN"},
    {kAdminTokenGuesses, kAdminSecret, "admin_token_guesses", 429, kRateLimit,
     "too many wrong tokens were sent", "ADMIN_TOKEN or ADMIN_TOKEN_FILE", "ADMIN_TOKEN"},
    {kConsoleSecret, kOperator, "console_secret", 401, kAuthentication,
     "the console requires ADMIN_TOKEN, or the secret of the link that hermod serve "
     "printed, as Authorization: Bearer",
     "ADMIN_TOKEN or ADMIN_TOKEN_FILE", "CONSOLE"},
    {kConsoleOrigin, kOperator, "console_origin", 403, kAuthorization,
     "the Origin must be that of the console's own page", "none: the Host of the request",
     "CONSOLE"},
    {kConsoleHeader, kOperator, "console_header", 403, kAuthorization,
     "a POST needs the header X-Hermod-Console", "none: the console", "CONSOLE"},
    {kConsoleType, kOperator, "console_type", 415, kValidation,
     "the Content-Type must be application/json", "none: the console", "CONSOLE"},
    {kConsoleReadOnly, kOperator, "console_read_only", 403, kAuthorization,
     "the console is read-only in production", "ENVIRONMENT", "CONSOLE"},
    {kConsoleDisabled, kOperator, "console_disabled", 404, kNotFound,
     "the console is disabled; set ADMIN_TOKEN to enable it", "ADMIN_TOKEN or ADMIN_TOKEN_FILE",
     "CONSOLE"},
    {kApiToken, kOperator, "api_token", 401, kAuthentication,
     "the API requires ADMIN_TOKEN as Authorization: Bearer", "ADMIN_TOKEN or ADMIN_TOKEN_FILE",
     "API"},
    {kApiDisabled, kOperator, "api_disabled", 404, kNotFound,
     "the API is disabled; set ADMIN_TOKEN to enable it", "ADMIN_TOKEN or ADMIN_TOKEN_FILE", "API"},
    {kApiUnavailable, kOperator, "api_unavailable", 503, kServiceUnavailable,
     "Redis is unavailable, so the processes cannot be asked; nothing was done", "REDIS_URL", "API"},

    {kNoUpgrade, kUpgrade, "no_upgrade", 426, kValidation,
     "this path accepts only WebSocket connections",
     "none: the proxy must forward the headers Upgrade and Connection over HTTP/1.1", "HANDSHAKE"},
    {kWebSocketVersion, kUpgrade, "websocket_version", 426, kValidation,
     "only WebSocket version 13 is supported", kHandshakeRule, "HANDSHAKE"},
    {kWebSocketKey, kUpgrade, "websocket_key", 400, kValidation,
     "Sec-WebSocket-Key must be 16 bytes in base64, given once", kHandshakeRule, "HANDSHAKE"},
    {kOrigin, kUpgrade, "origin", 403, kAuthorization, "the Origin is not allowed by CORS_ORIGINS",
     "CORS_ORIGINS", "AUTHORIZATION_ERROR"},
    {kDraining, kUpgrade, "draining", 503, kServiceUnavailable, "the service is shutting down",
     "DRAIN_SECONDS", "SERVICE_UNAVAILABLE"},
    {kConnections, kUpgrade, "connections", 503, kServiceUnavailable,
     "the service has reached its limit of connections", "WEBSOCKET_MAX_CONNECTIONS",
     "SERVICE_UNAVAILABLE"},
    {kRefusalsPerAddress, kUpgrade, "refusals_per_address", 429, kRateLimit,
     "too many upgrades from this address were refused",
     "TRUSTED_PROXIES, if the address is a proxy", "RATE_LIMIT"},
    {kTokenMissing, kToken, "token_missing", 1008, kAuthentication, "missing token",
     "none: the client must send a token", "AUTHENTICATION_ERROR"},
    {kTokenMalformed, kToken, "token_malformed", 1008, kAuthentication, "malformed token",
     "none: RFC 7519", "AUTHENTICATION_ERROR"},
    {kTokenAlgorithm, kToken, "token_algorithm", 1008, kAuthentication, "wrong algorithm",
     "JWT_ALGORITHM", "AUTHENTICATION_ERROR"},
    {kTokenKey, kToken, "token_key", 1008, kAuthentication, "unknown key", kKeys,
     "AUTHENTICATION_ERROR"},
    {kTokenSignature, kToken, "token_signature", 1008, kAuthentication, "invalid signature", kKeys,
     "AUTHENTICATION_ERROR"},
    {kTokenExpired, kToken, "token_expired", 1008, kAuthentication, "token expired",
     "JWT_LEEWAY_SECONDS", "AUTHENTICATION_ERROR"},
    {kTokenNotYetValid, kToken, "token_not_yet_valid", 1008, kAuthentication, "not yet valid",
     "JWT_LEEWAY_SECONDS", "AUTHENTICATION_ERROR"},
    {kTokenAudience, kToken, "token_audience", 1008, kAuthentication, "wrong audience",
     "JWT_AUDIENCE", "AUTHENTICATION_ERROR"},
    {kTokenIssuer, kToken, "token_issuer", 1008, kAuthentication, "wrong issuer", "JWT_ISSUER",
     "AUTHENTICATION_ERROR"},
    {kTokenClaims, kToken, "token_claims", 1008, kAuthentication, "invalid claims",
     "none: the token needs sub and exp", "AUTHENTICATION_ERROR"},
    {kOtherUser, kUpgrade, "other_user", 1008, kAuthorization, "wrong user in path",
     "none: the path must name the subject of the token", "AUTHORIZATION_ERROR"},
    {kConnectsPerUser, kUpgrade, "connects_per_user", 1008, kRateLimit, "connecting too often",
     "WEBSOCKET_MAX_CONNECTIONS_PER_USER", "RATE_LIMIT"},
    {kConnectionsPerUser, kUpgrade, "connections_per_user", 4000, kQuotaExceeded,
     "too many connections", "WEBSOCKET_MAX_CONNECTIONS_PER_USER", "QUOTA_EXCEEDED"},
    {kEarlyData, kUpgrade, "early_data", 1008, kRateLimit, "data sent before handshake",
     kHandshakeRule, "RATE_LIMIT"},
    {kShuttingDown, kUpgrade, "shutting_down", 1001, kServiceUnavailable, "shutting down",
     "DRAIN_SECONDS", "SERVICE_UNAVAILABLE"},

    {kRefreshRate, kToken, "refresh_rate", 1008, kRateLimit, "tokens sent too often",
     "none: the limit is fixed at one token in 5 s", "TOKEN_REFRESH"},
    {kRefreshSubject, kToken, "refresh_subject", 1008, kAuthentication, "wrong subject",
     "none: a new token must be of the same user", "TOKEN_REFRESH"},
};
// clang-format on

constexpr bool is_in_order() {
  size_t at = 0;
  for (const RefusalRow& row : kTable) {
    if (static_cast<size_t>(row.why) != at++) return false;
  }
  return at == static_cast<size_t>(kRefusalReasonLast) + 1;
}
static_assert(is_in_order());

constexpr size_t kValueBytesMax = 96;

// A client may send a token in the wrong place, such as the path. Each token begins with the
// base64url form of {", and is left out.
std::string_view without_token(std::string_view value) {
  return cut_utf8(value.substr(0, value.find("eyJ")), kValueBytesMax);
}

struct Sentence {
  std::string_view event;
  std::string_view operation;
};

Sentence sentence_of(RefusalRow::Subject subject) {
  switch (subject) {
    case kRequest:
      return {"an HTTP request was refused", "http.request"};
    case kOperator:
    case kAdminSecret:
      return {"a request to the console was refused", "admin.authenticate"};
    case kUpgrade:
      return {"a WebSocket request was refused", "connection.accept"};
    case kToken:
      return {"a client's token was refused", "connection.accept"};
  }
  assert(false);
  return {};
}

LogLevel level_of(RefusalReason why) {
  return why == kRefusalsPerAddress ? LogLevel::kWarning : LogLevel::kInfo;
}

void write_refusal(Log& log, const RefusalRow& row, const RefusedAttempt& attempt, uint16_t code) {
  const Sentence sentence = sentence_of(row.subject);
  log.write_limited(row.reason, level_of(row.why), sentence.event,
                    {{"reason", row.reason},
                     {"detail", attempt.message.empty() ? row.message : attempt.message},
                     {"value", without_token(attempt.value)},
                     {"setting", row.setting},
                     {"code", code},
                     {"client", attempt.client},
                     {"user", attempt.user},
                     {"correlation_id", attempt.correlation_id},
                     {"error_detail.error_code", to_string(row.error)},
                     {"error_detail.operation", sentence.operation}});
}

}  // namespace

std::span<const RefusalRow> refusal_table() {
  return kTable;
}

const RefusalRow& refusal_row(RefusalReason why) {
  assert(why <= kRefusalReasonLast);
  return kTable[static_cast<size_t>(why)];
}

void report_refusal(Log& log, Audit* audit, const RefusedAttempt& attempt) {
  const RefusalRow& row = refusal_row(attempt.why);
  const uint16_t code = attempt.code != 0 ? attempt.code : row.code;
  if (row.subject != kAdminSecret) write_refusal(log, row, attempt, code);
  if (!is_on(audit)) return;
  audit->record({.kind = AuditEvent::Kind::kRefusal,
                 .connection = attempt.connection,
                 .user = attempt.user,
                 .address = attempt.client,
                 .origin = attempt.origin,
                 .kid = attempt.kid,
                 .reason = row.reason,
                 .correlation_id = attempt.correlation_id,
                 .code = code});
}

void count_refusal(Stats& stats, RefusalReason why) {
  const RefusalRow& row = refusal_row(why);
  if (row.subject == kAdminSecret) return;
  if (row.metric == to_string(row.error)) {
    stats.count_refusal(row.metric);
  } else {
    ++stats.refusals[row.metric];
  }
}

}  // namespace hermod
