#pragma once
// The tracer that sends spans to an OpenTelemetry collector. It numbers and samples spans, and
// passes each ended span to its SpanExporter. It never blocks the loop or delays a notification.
// Owned by the server, whose components begin and end the spans.

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/closed.h"
#include "base/tracer.h"
#include "hermod/log.h"
#include "http_client/http_client.h"
#include "tracing/span_exporter.h"
#include "tracing/trace_options.h"
#include "tracing/trace_sampler.h"

namespace hermod {

class OtlpTracer final : public Tracer {
 public:
  // Error: kConfiguration, with the name of the variable; kInitialization, if libcurl cannot be
  // loaded. `loop` and `log` must outlive the tracer.
  static Result<std::unique_ptr<OtlpTracer>> create(uv_loop_t* loop, const TraceOptions& options,
                                                    Log& log);
  // The error of create(), without creating a tracer.
  static Result<void> check(const TraceOptions& options);

  Span begin(const SpanStart& start) override;
  void end(Span& span) override;
  TraceTime now() const override;

  TraceStatus status() const { return exporter_->status(); }

  // Sends the waiting spans for at most `patience_ms`; the rest counts as dropped. Idempotent.
  // `closed` is called once, in a later loop iteration. A tracer without any span need not be
  // closed.
  void close(uint64_t patience_ms, Closed closed);

 private:
  OtlpTracer(TraceSampler sampler, std::unique_ptr<SpanExporter> exporter);

  TraceId new_trace();
  SpanId new_span();

  TraceSampler sampler_;
  std::mt19937_64 random_;
  std::unique_ptr<SpanExporter> exporter_;
};

}  // namespace hermod
