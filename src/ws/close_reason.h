#pragma once
// The JSON reason of a close frame (protocol section 3), built by WsPeer.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/peer.h"
#include "hermod/result.h"

namespace hermod {

inline constexpr size_t kCloseCorrelationIdBytesMax = 36;

struct CloseReason {
  ErrorCode error = ErrorCode::kUnknown;
  std::string_view message;
  std::string_view correlation_id;
  std::optional<int64_t> retry_after_ms;  // when the client should reconnect
};

// Returns valid JSON in UTF-8 of at most kCloseReasonBytesMax bytes. The correlation id is
// truncated to 36 bytes; then the message is shortened to the remaining space, at a word boundary.
// At least 15 bytes remain. A reason with a retry_after_ms has less space: it contains the whole
// message or none, because a short fragment explains nothing.
std::string build_close_reason(const CloseReason& reason);

}  // namespace hermod
