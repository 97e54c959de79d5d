#pragma once
// The JSON text inside a close frame (protocol section 3). A control frame carries 125 bytes, two
// of them the code.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hermod/result.h"

namespace hermod {

inline constexpr size_t kCloseReasonBytesMax = 123;
inline constexpr size_t kCloseCorrelationIdBytesMax = 36;

struct CloseReason {
  ErrorCode error = ErrorCode::kUnknown;
  std::string_view message;
  std::string_view correlation_id;
  std::optional<int64_t> retry_after_ms;  // when to come back, for who is sent away by a restart
};

// At most kCloseReasonBytesMax bytes of whole JSON in UTF-8. The correlation id is cut at 36 bytes,
// then the message is shortened, by words, to what is left: 15 bytes and more, and our own messages
// fit. Only beside retry_after_ms nothing may be left, and then there is no "message" at all: who
// looks for a closed connection in the logs needs the whole id.
std::string build_close_reason(const CloseReason& reason);

// The payload of a close frame: the code in network order, then the reason.
std::string build_close_payload(uint16_t code, std::string_view reason);

// The code as a metric's label: its digits for the codes of RFC 6455 and our own, else "other".
// Static.
std::string_view close_code_label(uint16_t code);

}  // namespace hermod
