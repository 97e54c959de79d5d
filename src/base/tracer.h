#pragma once
// The port for tracing: spans that follow one notification through the components. The
// implementation is OtlpTracer (src/tracing). A component holds a `Tracer*`, which is null while
// tracing is off.
//
//   if (tracer_) slot.span = tracer_->begin({"hermod.record", SpanKind::kConsumer, parent});
//   …
//   if (tracer_) tracer_->end(slot.span);

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/trace_context.h"
#include "hermod/result.h"

namespace hermod {

// The numbers are those of OTLP's Span.SpanKind.
enum class SpanKind : uint8_t { kInternal = 1, kServer, kClient, kProducer, kConsumer };

// An attribute of a span. `key`, like a span's name, has static storage.
struct SpanAttribute {
  std::string_view key;
  std::variant<int64_t, bool, std::string> value;
};

// A point in time on both clocks. Durations are differences of the steady clock.
struct TraceTime {
  int64_t wall_ns = 0;
  int64_t steady_ns = 0;
};

// A unit of work with a start and an end. The component that does the work owns it and may move it.
// A span that is not recorded does not allocate.
struct Span {
  std::string_view name;
  SpanKind kind = SpanKind::kInternal;
  TraceContext context;    // the parent of the next spans
  SpanId parent = 0;       // 0: the root of its trace
  TraceTime at;            // start
  std::string tracestate;  // propagated unchanged
  std::vector<SpanAttribute> attributes;
  std::vector<TraceContext> links;  // related spans of other traces
  bool failed = false;

  bool recording() const { return context.sampled; }

  // The following calls have no effect on a span that is not recorded.
  template <class T>
  requires std::is_integral_v<T>
  void set(std::string_view key, T number) {
    if constexpr (std::is_same_v<T, bool>) {
      if (recording()) attributes.push_back({key, number});
    } else {
      if (recording()) attributes.push_back({key, static_cast<int64_t>(number)});
    }
  }
  void set(std::string_view key, std::string_view text) {
    if (recording()) attributes.push_back({key, std::string(text)});
  }
  void link(const TraceContext& other) {
    if (recording() && other) links.push_back(other);
  }
  // `operation` has static storage. The message never contains a secret (hermod/result.h).
  void fail(const Error& error, std::string_view operation) {
    failed = true;
    set("error_detail.error_code", to_string(error.code));
    set("error_detail.message", error.message);
    set("error_detail.operation", operation);
  }
};

struct SpanStart {
  std::string_view name;  // static
  SpanKind kind = SpanKind::kInternal;
  TraceContext parent = {};  // null: starts a new trace
  std::string_view tracestate = {};
  TraceTime at = {};  // start; zero: now
};

class Tracer {
 public:
  virtual ~Tracer() = default;  // closed before destroyed

  // Starts a span now, or at `start.at` if that is set. The sampler decides here whether it is
  // recorded.
  virtual Span begin(const SpanStart& start) = 0;

  // Ends the span and empties it. No effect on a span that was never started.
  virtual void end(Span& span) = 0;

  virtual TraceTime now() const = 0;
};

}  // namespace hermod
