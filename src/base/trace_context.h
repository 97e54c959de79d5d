#pragma once
// The identity of a span between services (W3C Trace Context, level 1): the trace that it belongs
// to, its own id, and whether the trace is recorded. It is transferred as `traceparent`, 55
// characters.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hermod {

struct TraceId {
  uint64_t high = 0;
  uint64_t low = 0;

  bool operator==(const TraceId&) const = default;
  explicit operator bool() const { return high != 0 || low != 0; }
};

using SpanId = uint64_t;  // 0: none

struct TraceContext {
  TraceId trace;
  SpanId span = 0;
  bool sampled = false;

  bool operator==(const TraceContext&) const = default;
  explicit operator bool() const { return static_cast<bool>(trace) && span != 0; }
};

// Lower-case hex, 32 and 16 characters, as in log lines and OTLP/JSON.
std::string to_hex(TraceId id);
std::string to_hex(SpanId id);

// The form "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01". Of a higher version, the
// fields of version 00 are read. nullopt if the text is malformed or an id is zero.
std::optional<TraceContext> parse_traceparent(std::string_view text);
std::string format_traceparent(const TraceContext& context);

}  // namespace hermod
