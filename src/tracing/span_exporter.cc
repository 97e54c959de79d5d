// The export of spans:
// - A span is queued. A full batch is sent at once, and a smaller one after batch_delay_ms, in one
//   request.
// - One request is in progress at a time. A 2xx response means that its spans are exported, and the
//   next request is sent.
// - No response, 429 or 502 to 504: the same request is retried after a delay, which is the
//   back-off or Retry-After.
// - Any other status is permanent: the spans count as rejected, and the next request is sent.
// - If the queue is full, the span is dropped.

#include "tracing/span_exporter.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "tracing/export_outcome.h"
#include "tracing/trace_json.h"

namespace hermod {
namespace {

constexpr std::string_view kExiting = "the process exits";

}  // namespace

SpanExporter::SpanExporter(uv_loop_t* loop, std::unique_ptr<HttpClient> client,
                           OutgoingRequest request, const TraceOptions& options, Log& log)
    : log_(log),
      client_(std::move(client)),
      request_(std::move(request)),
      head_(trace_request_head(options.service_name, options.version)),
      batch_spans_max_(options.batch_spans_max),
      batch_delay_ms_(options.batch_delay_ms),
      queue_(options.queue_spans_max, options.queue_bytes_max),
      backoff_(options.retry_first_ms, options.retry_max_ms),
      batch_timer_(loop, [this] { send_batch(); }),
      retry_timer_(loop, [this] { post(); }),
      patience_timer_(loop, [this] { close_client(); }) {
  assert(batch_spans_max_ != 0);
}

SpanExporter::~SpanExporter() {
  assert(closed_ == nullptr);
  assert(queue_.empty());
  assert(idle());
}

void SpanExporter::add(const Span& span, int64_t end_ns) {
  assert(span.recording());
  const bool open = state_ == State::kOpen || state_ == State::kDraining;
  if (!open) return drop(1, kExiting);
  if (queue_.full()) return drop(1, "the queue is full");
  queue_.push(span_json(span, end_ns));
  arrange_batch();
}

void SpanExporter::drop(size_t spans, std::string_view reason) {
  if (spans == 0) return;
  counts_.dropped += spans;
  log_.write_limited("spans_dropped", LogLevel::kWarning, "dropped spans",
                     {{"reason", reason}, {"dropped", counts_.dropped}});
}

void SpanExporter::arrange_batch() {
  assert(!queue_.empty());
  if (!idle()) return;  // continued when the request is answered
  const bool at_once = queue_.size() >= batch_spans_max_ || state_ == State::kDraining;
  if (at_once) {
    send_batch();
  } else if (!batch_timer_.active()) {
    batch_timer_.start(batch_delay_ms_);
  }
}

void SpanExporter::send_batch() {
  assert(idle());
  batch_timer_.stop();
  batch_ = head_;
  batch_spans_ = queue_.take(batch_spans_max_, batch_);
  batch_.append(kTraceRequestTail);
  post();
}

void SpanExporter::post() {
  assert(!idle());
  request_.body = batch_;
  client_->send(request_, [this](const Result<HttpResponse>& response) { on_response(response); });
}

void SpanExporter::on_response(const Result<HttpResponse>& response) {
  assert(state_ == State::kOpen || state_ == State::kDraining);
  if (response) {
    on_answer(response.value());
  } else {
    retry_later(0, response.error().message);
  }
  if (state_ == State::kDraining && idle()) close_client();
}

void SpanExporter::on_answer(const HttpResponse& response) {
  const ExportOutcome outcome = export_outcome(response, batch_spans_);
  if (outcome.next == ExportOutcome::Next::kRetry) {
    return retry_later(outcome.retry_after_ms, "status " + std::to_string(response.status));
  }
  assert(outcome.rejected <= batch_spans_);
  if (outcome.rejected != 0) {
    log_.write_limited("spans_rejected", LogLevel::kWarning, "the collector rejected spans",
                       {{"status", response.status}, {"spans", outcome.rejected}});
  }
  counts_.rejected += outcome.rejected;
  counts_.exported += batch_spans_ - outcome.rejected;
  batch_done();
}

void SpanExporter::batch_done() {
  if (std::exchange(failing_, false)) log_.info("the collector accepts spans again");
  backoff_.reset();
  batch_.clear();
  batch_spans_ = 0;
  if (!queue_.empty()) arrange_batch();
}

void SpanExporter::retry_later(uint64_t at_least_ms, std::string_view reason) {
  assert(!idle());
  ++counts_.failures;
  failing_ = true;
  log_.write_limited("spans_not_sent", LogLevel::kWarning, "cannot send spans to the collector",
                     {{"error", reason}, {"waiting", queue_.size() + batch_spans_}});
  retry_timer_.start(std::max(at_least_ms, backoff_.next_ms()));
}

TraceStatus SpanExporter::status() const {
  TraceStatus status = counts_;
  status.waiting = queue_.size() + batch_spans_;
  return status;
}

void SpanExporter::close(uint64_t patience_ms, Closed closed) {
  if (state_ != State::kOpen) return;
  enter(State::kDraining);
  closed_ = std::move(closed);
  patience_timer_.start(patience_ms);
  if (idle() && !queue_.empty()) send_batch();
  if (idle()) close_client();
}

// Called when all spans are sent, or when the time for closing is over.
void SpanExporter::close_client() {
  enter(State::kClosing);
  batch_timer_.stop();
  retry_timer_.stop();
  patience_timer_.stop();
  client_->close([this] {
    enter(State::kClosed);
    std::exchange(closed_, nullptr)();
  });
  drop(queue_.size() + batch_spans_, kExiting);
  queue_.clear();
  batch_spans_ = 0;
}

void SpanExporter::enter(State state) {
  assert(static_cast<int>(state) == static_cast<int>(state_) + 1);
  state_ = state;
}

}  // namespace hermod
