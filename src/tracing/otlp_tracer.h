#pragma once
// Sends spans to an OpenTelemetry collector: OTLP/JSON over HTTP, in batches, on the loop. Spans
// wait in a bounded queue; while the collector is unavailable the queue fills, and further spans
// are dropped and counted. The tracer never blocks the loop or delays a notification.

#include <cstdint>
#include <deque>
#include <memory>
#include <random>
#include <string>

#include "base/backoff.h"
#include "base/closed.h"
#include "base/tracer.h"
#include "hermod/log.h"
#include "tracing/trace_options.h"
#include "tracing/trace_post.h"
#include "tracing/trace_sampler.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

class OtlpTracer final : public Tracer {
 public:
  // Error: kConfiguration, with the name of the variable. `loop` and `log` must outlive the tracer.
  static Result<std::unique_ptr<OtlpTracer>> create(uv_loop_t* loop, TraceOptions options,
                                                    Log& log);
  // Validates the options like create(), without creating a tracer.
  static Result<void> check(const TraceOptions& options);

  ~OtlpTracer() override;

  Span begin(const SpanStart& start) override;
  void end(Span& span) override;
  TraceTime now() const override;

  TraceStatus status() const;

  // Sends the waiting spans for at most `patience_ms`; the rest counts as dropped. Idempotent.
  // `closed` is called once, in a later loop iteration.
  void close(uint64_t patience_ms, Closed closed);

 private:
  struct Made {
    TraceEndpoint endpoint;
    TraceSampler sampler;
  };
  static Result<Made> validate(const TraceOptions& options);
  OtlpTracer(uv_loop_t* loop, TraceOptions options, Log& log, Made made);

  TraceId new_trace();
  SpanId new_span();
  void drop(size_t spans, std::string_view why);
  void arrange_flush();
  void flush();
  void post_batch();
  void on_answer(Result<TraceAnswer> answer);
  void on_status(const TraceAnswer& answer);
  void retry_later(uint64_t at_least_ms, std::string_view why);
  void batch_done();
  void maybe_finish_close();

  TraceOptions options_;
  Log& log_;
  TraceSampler sampler_;
  std::string head_;  // the start of each request
  std::mt19937_64 random_;
  std::deque<std::string> queue_;  // spans as JSON
  size_t queue_bytes_ = 0;
  std::string batch_;       // the current request, kept until it is answered
  size_t batch_spans_ = 0;  // 0: no request is in progress
  bool failing_ = false;    // the last request failed
  TraceStatus counts_;
  Backoff backoff_;
  TracePost post_;
  uv::Timer batch_timer_;
  uv::Timer retry_timer_;
  uv::Timer patience_timer_;
  uv::Immediate finish_immediate_;
  Closed closed_;
  enum class State : uint8_t { kOpen, kClosing, kClosed } state_ = State::kOpen;
};

}  // namespace hermod
