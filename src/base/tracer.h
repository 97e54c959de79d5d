#pragma once
// Port: what follows one notification through the parts. The implementation is OtlpTracer
// (src/observe); a part holds a `Tracer*` that is null while tracing is off, and asks nothing else.
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

enum class SpanKind : uint8_t { kInternal = 1, kServer, kClient, kProducer, kConsumer };

// Numbers as in OTLP's Span.SpanKind. The name and an attribute's key are static strings of ours.
struct SpanAttribute {
  std::string_view key;
  std::variant<int64_t, bool, std::string> value;
};

// A moment on both clocks; what lies between two moments is measured by the steady one.
struct TraceTime {
  int64_t wall_ns = 0;
  int64_t steady_ns = 0;
};

// A piece of work between two times. Moves with the work; one that is not recording is a few words
// and costs nothing to keep.
struct Span {
  std::string_view name;
  SpanKind kind = SpanKind::kInternal;
  TraceContext context;    // pass it on: it is the parent of what follows
  SpanId parent = 0;       // 0: the first of its trace
  TraceTime at;            // its beginning
  std::string tracestate;  // passed on as it came
  std::vector<SpanAttribute> attributes;
  std::vector<TraceContext> links;  // spans of other traces that this one has to do with
  bool failed = false;

  bool recording() const { return context.sampled; }

  // Each does nothing on a span that is not recording.
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
  // `operation` is a static string; the message never holds a secret (hermod/result.h).
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
  TraceContext parent = {};  // null: a trace of its own
  std::string_view tracestate = {};
  TraceTime at = {};  // when it began; zero: now
};

class Tracer {
 public:
  virtual ~Tracer() = default;  // closed before destroyed

  // A span from now on, or from `start.at` on. Whether it is recorded is decided here, by the
  // sampler.
  virtual Span begin(const SpanStart& start) = 0;

  // Its end. Nothing is left in it; ending a span that never began does nothing.
  virtual void end(Span& span) = 0;

  virtual TraceTime now() const = 0;
};

}  // namespace hermod
