#pragma once
// The table of refusals: for each reason, the message to the client, the setting that decides, and
// how the refusal is counted. docs/refusals.md is generated from it. report_refusal() writes the
// log line and the audit event of one refusal; the caller counts it and answers.

#include <cstdint>
#include <span>
#include <string_view>

#include "base/audit.h"
#include "hermod/log.h"
#include "hermod/result.h"
#include "hermod/stats.h"

namespace hermod {

// In the order of the table.
enum class RefusalReason : uint8_t {
  // --- requests
  kMalformedRequest,
  kRequestHead,
  kRequestMethod,
  kRequestTarget,
  kHostCount,
  kHostForm,
  kBodyTooLarge,
  kBodyNotAccepted,
  kUnknownPath,
  kPageDisabled,
  kInvalidRequest,  // a page refused its input; the message is that of the page
  kSockets,
  kOpenAnswers,
  kCorsOrigin,
  // --- operators
  kAdminToken,
  kAdminTokenGuesses,
  kConsoleSecret,
  kConsoleOrigin,
  kConsoleHeader,
  kConsoleType,
  kConsoleReadOnly,
  kConsoleDisabled,
  kApiToken,
  kApiDisabled,
  kApiUnavailable,
  // --- upgrades
  kNoUpgrade,
  kWebSocketVersion,
  kWebSocketKey,
  kOrigin,
  kDraining,
  kConnections,
  kRefusalsPerAddress,
  kTokenMissing,  // the tokens are in the order of Denied (auth/verifier.h)
  kTokenMalformed,
  kTokenAlgorithm,
  kTokenKey,
  kTokenSignature,
  kTokenExpired,
  kTokenNotYetValid,
  kTokenAudience,
  kTokenIssuer,
  kTokenClaims,
  kTokenRevoked,
  kKeyWithdrawn,
  kOtherUser,
  kDevice,
  kConnectsPerUser,
  kConnectionsPerUser,
  kEarlyData,
  kShuttingDown,
  // --- new tokens of connected clients; one that is invalid has the reason of its fault
  kRefreshRate,
  kRefreshSubject,
};
inline constexpr RefusalReason kRefusalReasonLast = RefusalReason::kRefreshSubject;

struct RefusalRow {
  // AdminAccess (http/) itself counts and logs kAdminSecret.
  enum class Subject : uint8_t { kRequest, kOperator, kAdminSecret, kUpgrade, kToken };

  RefusalReason why;
  Subject subject;
  uint16_t code;  // HTTP status, or close code above 999; 0: no header is sent
  ErrorCode error;
  std::string_view reason;   // in log lines; also the key that limits them
  std::string_view message;  // for the client
  std::string_view setting;  // which decides; or "none", and what decides instead
  std::string_view metric;   // the reason of hermod_refusals_total
};

std::span<const RefusalRow> refusal_table();
const RefusalRow& refusal_row(RefusalReason why);

// The views are valid only during the call.
struct RefusedAttempt {
  RefusalReason why;
  std::string_view value;   // what was judged; never a secret or a token
  std::string_view client;  // its address
  std::string_view user;
  std::string_view origin;
  std::string_view kid;
  std::string_view correlation_id;
  std::string_view message;  // of the answer, if it is not that of the table
  uint16_t code = 0;         // the same
  uint64_t connection = 0;   // of a client that is connected
};

// Writes at most one line per second for each reason; the audit log has limits of its own.
void report_refusal(Log& log, Audit* audit, const RefusedAttempt& attempt);

// Counts the refusal in hermod_refusals_total. If its label is the name of the error code, an
// upgrade was refused, which also counts as a rejected connection.
void count_refusal(Stats& stats, RefusalReason why);

}  // namespace hermod
