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
    {kMalformedRequest, kRequest, 400, kParsing, "malformed_request", "malformed HTTP request",
     kRequestRule, "REQUEST"},
    {kRequestHead, kRequest, 431, kValidation, "request_head", "the request head exceeds 16 KiB",
     "none: the limit is fixed", "REQUEST"},
    {kRequestMethod, kRequest, 405, kValidation, "request_method",
     "this path does not support the method", "none: the path", "REQUEST"},
    {kRequestTarget, kRequest, 400, kValidation, "request_target",
     "the request target must be a path such as /healthz, or an http or https URL", kRequestRule,
     "REQUEST"},
    {kHostCount, kRequest, 400, kValidation, "host_count", "a request must have exactly one Host",
     kRequestRule, "REQUEST"},
    {kHostForm, kRequest, 400, kValidation, "host_form",
     "Host must be a name or an address, with or without a port: localhost:8080", kRequestRule,
     "REQUEST"},
    {kBodyTooLarge, kRequest, 413, kValidation, "body_too_large",
     "the body must have a Content-Length of at most 8 KiB", "none: the limit is fixed", "REQUEST"},
    {kBodyNotAccepted, kRequest, 413, kValidation, "body_not_accepted",
     "this path does not accept a body", "none: the path", "REQUEST"},
    {kUnknownPath, kRequest, 404, kNotFound, "unknown_path", "unknown path", "none: the path",
     "REQUEST"},
    {kPageDisabled, kRequest, 404, kNotFound, "page_disabled", "this page is disabled",
     "ENABLE_METRICS", "REQUEST"},
    {kInvalidRequest, kRequest, 400, kValidation, "invalid_request", "the request is invalid",
     "none: the page", "REQUEST"},
    {kSockets, kRequest, 503, kServiceUnavailable, "sockets",
     "the service has reached its limit of sockets",
     "none: the limit of file descriptors (LimitNOFILE, ulimit -n)", "SOCKETS"},
    {kOpenAnswers, kRequest, 503, kServiceUnavailable, "open_answers",
     "too many requests are in progress", "none: the limit is fixed", "REQUEST"},
    {kCorsOrigin, kRequest, 0, kAuthorization, "cors_origin",
     "the origin gets no Access-Control-Allow-Origin", "CORS_ORIGINS", "CORS"},

    {kAdminToken, kAdminSecret, 401, kAuthentication, "admin_token",
     "this is neither ADMIN_TOKEN nor the console's secret", "ADMIN_TOKEN or ADMIN_TOKEN_FILE",
     "ADMIN_TOKEN"},
    {kAdminTokenGuesses, kAdminSecret, 429, kRateLimit, "admin_token_guesses",
     "too many wrong tokens were sent", "ADMIN_TOKEN or ADMIN_TOKEN_FILE", "ADMIN_TOKEN"},
    {kConsoleSecret, kOperator, 401, kAuthentication, "console_secret",
     "the console requires ADMIN_TOKEN, or the secret of the link that hermod serve "
     "printed, as Authorization: Bearer",
     "ADMIN_TOKEN or ADMIN_TOKEN_FILE", "CONSOLE"},
    {kConsoleOrigin, kOperator, 403, kAuthorization, "console_origin",
     "the Origin must be that of the console's own page", "none: the Host of the request",
     "CONSOLE"},
    {kConsoleHeader, kOperator, 403, kAuthorization, "console_header",
     "a POST needs the header X-Hermod-Console", "none: the console", "CONSOLE"},
    {kConsoleType, kOperator, 415, kValidation, "console_type",
     "the Content-Type must be application/json", "none: the console", "CONSOLE"},
    {kConsoleReadOnly, kOperator, 403, kAuthorization, "console_read_only",
     "the console is read-only in production", "ENVIRONMENT", "CONSOLE"},
    {kConsoleDisabled, kOperator, 404, kNotFound, "console_disabled",
     "the console is disabled; set ADMIN_TOKEN to enable it", "ADMIN_TOKEN or ADMIN_TOKEN_FILE",
     "CONSOLE"},
    {kApiToken, kOperator, 401, kAuthentication, "api_token",
     "the API requires ADMIN_TOKEN as Authorization: Bearer", "ADMIN_TOKEN or ADMIN_TOKEN_FILE",
     "API"},
    {kApiDisabled, kOperator, 404, kNotFound, "api_disabled",
     "the API is disabled; set ADMIN_TOKEN to enable it", "ADMIN_TOKEN or ADMIN_TOKEN_FILE", "API"},
    {kApiUnavailable, kOperator, 503, kServiceUnavailable, "api_unavailable",
     "Redis is unavailable, or refused the request; repeat it until it succeeds", "REDIS_URL", "API"},

    {kNoUpgrade, kUpgrade, 426, kValidation, "no_upgrade",
     "this path accepts only WebSocket connections",
     "none: the proxy must forward the headers Upgrade and Connection over HTTP/1.1", "HANDSHAKE"},
    {kWebSocketVersion, kUpgrade, 426, kValidation, "websocket_version",
     "only WebSocket version 13 is supported", kHandshakeRule, "HANDSHAKE"},
    {kWebSocketKey, kUpgrade, 400, kValidation, "websocket_key",
     "Sec-WebSocket-Key must be 16 bytes in base64, given once", kHandshakeRule, "HANDSHAKE"},
    {kOrigin, kUpgrade, 403, kAuthorization, "origin", "the Origin is not allowed by CORS_ORIGINS",
     "CORS_ORIGINS", "AUTHORIZATION_ERROR"},
    {kDraining, kUpgrade, 503, kServiceUnavailable, "draining", "the service is shutting down",
     "DRAIN_SECONDS", "SERVICE_UNAVAILABLE"},
    {kConnections, kUpgrade, 503, kServiceUnavailable, "connections",
     "the service has reached its limit of connections", "WEBSOCKET_MAX_CONNECTIONS",
     "SERVICE_UNAVAILABLE"},
    {kRefusalsPerAddress, kUpgrade, 429, kRateLimit, "refusals_per_address",
     "too many upgrades from this address were refused",
     "TRUSTED_PROXIES, if the address is a proxy", "RATE_LIMIT"},
    {kTokenMissing, kToken, 1008, kAuthentication, "token_missing", "missing token",
     "none: the client must send a token", "AUTHENTICATION_ERROR"},
    {kTokenMalformed, kToken, 1008, kAuthentication, "token_malformed", "malformed token",
     "none: RFC 7519", "AUTHENTICATION_ERROR"},
    {kTokenAlgorithm, kToken, 1008, kAuthentication, "token_algorithm", "wrong algorithm",
     "JWT_ALGORITHM", "AUTHENTICATION_ERROR"},
    {kTokenKey, kToken, 1008, kAuthentication, "token_key", "unknown key", kKeys,
     "AUTHENTICATION_ERROR"},
    {kTokenSignature, kToken, 1008, kAuthentication, "token_signature", "invalid signature", kKeys,
     "AUTHENTICATION_ERROR"},
    {kTokenExpired, kToken, 1008, kAuthentication, "token_expired", "token expired",
     "JWT_LEEWAY_SECONDS", "AUTHENTICATION_ERROR"},
    {kTokenNotYetValid, kToken, 1008, kAuthentication, "token_not_yet_valid", "not yet valid",
     "JWT_LEEWAY_SECONDS", "AUTHENTICATION_ERROR"},
    {kTokenAudience, kToken, 1008, kAuthentication, "token_audience", "wrong audience",
     "JWT_AUDIENCE", "AUTHENTICATION_ERROR"},
    {kTokenIssuer, kToken, 1008, kAuthentication, "token_issuer", "wrong issuer", "JWT_ISSUER",
     "AUTHENTICATION_ERROR"},
    {kTokenClaims, kToken, 1008, kAuthentication, "token_claims", "invalid claims",
     "none: the token needs sub and exp", "AUTHENTICATION_ERROR"},
    {kTokenRevoked, kToken, 1008, kAuthentication, "token_revoked", "token revoked",
     "JWT_LIFETIME_MAX_SECONDS", "AUTHENTICATION_ERROR"},
    {kKeyWithdrawn, kToken, 1008, kAuthentication, "key_withdrawn", "key withdrawn",
     "JWT_END_WITHDRAWN_KEYS", "TOKEN_REVOKED"},
    {kOtherUser, kUpgrade, 1008, kAuthorization, "other_user", "wrong user in path",
     "none: the path must name the subject of the token", "AUTHORIZATION_ERROR"},
    {kDevice, kUpgrade, 1008, kValidation, "device", "invalid device name",
     "none: 1 to 64 of A-Za-z0-9._-, and the same in the query and the sub-protocol",
     "VALIDATION_ERROR"},
    {kConnectsPerUser, kUpgrade, 1008, kRateLimit, "connects_per_user", "connecting too often",
     "WEBSOCKET_MAX_CONNECTIONS_PER_USER", "RATE_LIMIT"},
    {kConnectionsPerUser, kUpgrade, 4000, kQuotaExceeded, "connections_per_user",
     "too many connections", "WEBSOCKET_MAX_CONNECTIONS_PER_USER", "QUOTA_EXCEEDED"},
    {kEarlyData, kUpgrade, 1008, kRateLimit, "early_data", "data sent before handshake",
     kHandshakeRule, "RATE_LIMIT"},
    {kShuttingDown, kUpgrade, 1001, kServiceUnavailable, "shutting_down", "shutting down",
     "DRAIN_SECONDS", "SERVICE_UNAVAILABLE"},

    {kRefreshRate, kToken, 1008, kRateLimit, "refresh_rate", "tokens sent too often",
     "none: the limit is fixed at one token in 5 s", "TOKEN_REFRESH"},
    {kRefreshSubject, kToken, 1008, kAuthentication, "refresh_subject", "wrong subject",
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
