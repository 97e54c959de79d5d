#include "base/trace_context.h"

namespace hermod {
namespace {

constexpr size_t kVersion00Bytes = 55;

void append_hex(std::string& out, uint64_t value, int digits) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += kHex[(value >> shift) & 0x0f];
}

// Upper case is rejected: the specification allows lower case only.
std::optional<uint64_t> read_hex(std::string_view text) {
  uint64_t value = 0;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit && (c < 'a' || c > 'f')) return std::nullopt;
    value = (value << 4) | static_cast<uint64_t>(digit ? c - '0' : c - 'a' + 10);
  }
  return value;
}

}  // namespace

std::string to_hex(TraceId id) {
  std::string text;
  text.reserve(32);
  append_hex(text, id.high, 16);
  append_hex(text, id.low, 16);
  return text;
}

std::string to_hex(SpanId id) {
  std::string text;
  append_hex(text, id, 16);
  return text;
}

std::optional<TraceContext> parse_traceparent(std::string_view text) {
  if (text.size() < kVersion00Bytes) return std::nullopt;
  if (text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
  const auto version = read_hex(text.substr(0, 2));
  if (!version || *version == 0xff) return std::nullopt;
  if (text.size() > kVersion00Bytes && (*version == 0 || text[kVersion00Bytes] != '-')) {
    return std::nullopt;
  }
  const auto high = read_hex(text.substr(3, 16));
  const auto low = read_hex(text.substr(19, 16));
  const auto span = read_hex(text.substr(36, 16));
  const auto flags = read_hex(text.substr(53, 2));
  if (!high || !low || !span || !flags) return std::nullopt;
  const TraceContext context{{*high, *low}, *span, (*flags & 1) != 0};
  if (!context) return std::nullopt;
  return context;
}

std::string format_traceparent(const TraceContext& context) {
  std::string text;
  text.reserve(kVersion00Bytes);
  text.append("00-").append(to_hex(context.trace)).append("-").append(to_hex(context.span));
  return text.append(context.sampled ? "-01" : "-00");
}

}  // namespace hermod
