#pragma once
// Sends ended spans to an OpenTelemetry collector: OTLP/JSON over HTTP, in batches, on the loop.
// They wait in a bounded queue; while the collector is unavailable the queue fills, and further
// spans are dropped and counted. Owned by OtlpTracer.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/backoff.h"
#include "base/closed.h"
#include "base/tracer.h"
#include "hermod/log.h"
#include "http_client/http_client.h"
#include "tracing/span_queue.h"
#include "tracing/trace_options.h"
#include "uv/timer.h"

namespace hermod {

class SpanExporter {
 public:
  // `request`: the request without its body. `loop` and `log` must outlive the exporter.
  SpanExporter(uv_loop_t* loop, std::unique_ptr<HttpClient> client, OutgoingRequest request,
               const TraceOptions& options, Log& log);

  // Precondition: closed, or without spans.
  ~SpanExporter();
  SpanExporter(const SpanExporter&) = delete;
  SpanExporter& operator=(const SpanExporter&) = delete;

  void add(const Span& span, int64_t end_ns);
  TraceStatus status() const;

  // Sends the waiting spans for at most `patience_ms`; the rest counts as dropped. Idempotent.
  // `closed` is called once, in a later loop iteration.
  void close(uint64_t patience_ms, Closed closed);

 private:
  // kDraining: sends the rest of the spans. kClosing: the HTTP client closes.
  enum class State : uint8_t { kOpen, kDraining, kClosing, kClosed };

  bool idle() const { return batch_spans_ == 0; }
  void arrange_batch();
  void send_batch();
  void post();
  void on_response(const Result<HttpResponse>& response);
  void on_answer(const HttpResponse& response);
  void batch_done();
  void retry_later(uint64_t at_least_ms, std::string_view reason);
  void drop(size_t spans, std::string_view reason);
  void close_client();
  void enter(State state);

  Log& log_;
  std::unique_ptr<HttpClient> client_;
  OutgoingRequest request_;
  std::string head_;  // the start of each body
  size_t batch_spans_max_;
  uint64_t batch_delay_ms_;
  SpanQueue queue_;
  std::string batch_;       // the body in progress, kept until it is answered
  size_t batch_spans_ = 0;  // 0: no request is in progress
  bool failing_ = false;    // the last request failed
  TraceStatus counts_;
  Backoff backoff_;
  uv::Timer batch_timer_;
  uv::Timer retry_timer_;
  uv::Timer patience_timer_;
  Closed closed_;
  State state_ = State::kOpen;
};

}  // namespace hermod
