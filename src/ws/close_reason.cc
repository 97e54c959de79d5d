#include "ws/close_reason.h"

#include <cassert>

#include "base/text.h"

namespace hermod {
namespace {

constexpr char kBeforeMessage[] = "\"message\":\"";
constexpr char kAfterMessage[] = "\",";
constexpr size_t kAroundMessageBytes = sizeof kBeforeMessage + sizeof kAfterMessage - 2;

// Removes the first character of `text` and returns it as it is written in a JSON string.
std::string pop_escaped(std::string_view& text) {
  static constexpr char kHex[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(text.front());
  size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80)
    ++length;
  std::string escaped(text.substr(0, length));
  if (byte == '"' || byte == '\\') {
    escaped.insert(0, 1, '\\');
  } else if (byte < 0x20) {
    escaped = {'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]};
  }
  text.remove_prefix(length);
  return escaped;
}

// The longest prefix of `text` that fits in `bytes_max` when escaped. Ends at a word boundary if
// the prefix has a space.
std::string escape(std::string_view text, size_t bytes_max) {
  std::string out;
  if (!is_utf8(text)) return out;
  while (!text.empty()) {
    const bool in_word = text.front() != ' ';
    const std::string next = pop_escaped(text);
    if (out.size() + next.size() > bytes_max) {
      const size_t space = out.rfind(' ');
      return in_word && space != std::string::npos ? out.substr(0, space) : out;
    }
    out += next;
  }
  return out;
}

}  // namespace

std::string build_close_reason(const CloseReason& reason) {
  const std::string head = "{\"error_code\":\"" + std::string(to_string(reason.error)) + "\",";
  const std::string before_id = "\"correlation_id\":\"";
  std::string tail = "\"";
  if (reason.retry_after_ms)
    tail += ",\"retry_after_ms\":" + std::to_string(*reason.retry_after_ms);
  tail += "}";
  size_t space = kCloseReasonBytesMax - head.size() - before_id.size() - tail.size();
  assert(space > kAroundMessageBytes && space <= kCloseReasonBytesMax);
  // Ids that the HTTP server validated need no escaping; those of other callers may need it.
  const std::string_view id = is_utf8(reason.correlation_id)
                                  ? cut_utf8(reason.correlation_id, kCloseCorrelationIdBytesMax)
                                  : std::string_view{};
  const bool whole = reason.retry_after_ms.has_value();  // otherwise the message may be shortened
  const std::string escaped_id = escape(id, whole ? space : space - kAroundMessageBytes);
  space -= escaped_id.size();
  std::string message;
  if (!whole || escape(reason.message, SIZE_MAX).size() + kAroundMessageBytes <= space) {
    message = kBeforeMessage + escape(reason.message, space - kAroundMessageBytes) + kAfterMessage;
  }
  return head + message + before_id + escaped_id + tail;
}

}  // namespace hermod
