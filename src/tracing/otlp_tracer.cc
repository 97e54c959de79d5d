// The export of spans:
// - A span that ends is encoded and queued. A full batch is sent at once, and a smaller one after
//   batch_delay_ms, in one request.
// - One request is in progress at a time. A 2xx response means that its spans are exported, and the
//   next request is sent.
// - No response, 429 or 502 to 504: the same request is retried after a delay, which is the
//   back-off or Retry-After.
// - Any other status is permanent: the spans count as rejected, and the next request is sent.
// - If the queue is full, the span is dropped.

#include "tracing/otlp_tracer.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <utility>

#include "base/random.h"
#include "tracing/trace_json.h"

namespace hermod {
namespace {

constexpr uint64_t kRetryAfterMaxMs = 300'000;

template <class Clock>
int64_t now_ns() {
  const auto since = Clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
}

// The statuses for which OTLP requires a retry of the same request.
bool passing(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

std::mt19937_64 seeded() {
  const uint64_t words[] = {random_u64(), random_u64(), random_u64(), random_u64()};
  std::seed_seq seed(std::begin(words), std::end(words));
  return std::mt19937_64(seed);
}

}  // namespace

Result<OtlpTracer::Made> OtlpTracer::validate(const TraceOptions& options) {
  if (options.endpoint.empty()) {
    return Error{ErrorCode::kConfiguration,
                 "OTEL_EXPORTER_OTLP_ENDPOINT is needed with ENABLE_TRACING"};
  }
  auto endpoint = parse_trace_endpoint(options.endpoint);
  if (!endpoint) return endpoint.error();
  auto sampler = TraceSampler::parse(options.sampler, options.sampler_argument);
  if (!sampler) return sampler.error();
  return Made{endpoint.take(), sampler.take()};
}

Result<void> OtlpTracer::check(const TraceOptions& options) {
  if (auto judged = validate(options); !judged) return judged.error();
  return {};
}

Result<std::unique_ptr<OtlpTracer>> OtlpTracer::create(uv_loop_t* loop, TraceOptions options,
                                                       Log& log) {
  auto judged = validate(options);
  if (!judged) return judged.error();
  return std::unique_ptr<OtlpTracer>(new OtlpTracer(loop, std::move(options), log, judged.take()));
}

OtlpTracer::OtlpTracer(uv_loop_t* loop, TraceOptions options, Log& log, Made made)
    : options_(std::move(options)),
      log_(log),
      sampler_(made.sampler),
      head_(trace_request_head(options_.service_name, options_.version)),
      random_(seeded()),
      backoff_(options_.retry_first_ms, options_.retry_max_ms),
      post_(loop, std::move(made.endpoint), {.exchange_ms = options_.exchange_ms}),
      batch_timer_(loop, [this] { flush(); }),
      retry_timer_(loop, [this] { post_batch(); }),
      patience_timer_(loop, [this] { maybe_finish_close(); }),
      finish_immediate_(loop, [this] { std::exchange(closed_, nullptr)(); }) {}

OtlpTracer::~OtlpTracer() {
  // A tracer without any span need not be closed.
  assert(closed_ == nullptr);
  assert(state_ == State::kClosed || (queue_.empty() && batch_spans_ == 0));
}

TraceId OtlpTracer::new_trace() {
  TraceId id;
  while (!id) id = {random_(), random_()};
  return id;
}

SpanId OtlpTracer::new_span() {
  SpanId id = 0;
  while (id == 0) id = random_();
  return id;
}

Span OtlpTracer::begin(const SpanStart& start) {
  Span span;
  span.name = start.name;
  span.kind = start.kind;
  span.context.trace = start.parent ? start.parent.trace : new_trace();
  span.context.span = new_span();
  span.context.sampled = sampler_.keeps(span.context.trace, start.parent);
  if (!span.recording()) return span;
  span.parent = start.parent.span;
  if (start.parent) span.tracestate = start.tracestate;
  span.at = start.at.steady_ns == 0 ? now() : start.at;
  return span;
}

TraceTime OtlpTracer::now() const {
  return {now_ns<std::chrono::system_clock>(), now_ns<std::chrono::steady_clock>()};
}

void OtlpTracer::end(Span& span) {
  Span ended = std::exchange(span, Span());
  if (!ended.recording()) return;
  if (state_ == State::kClosed || queue_.size() >= options_.queue_spans_max ||
      queue_bytes_ >= options_.queue_bytes_max) {
    return drop(1, "the queue is full");
  }
  const int64_t took_ns = now_ns<std::chrono::steady_clock>() - ended.at.steady_ns;
  queue_.push_back(span_json(ended, ended.at.wall_ns + took_ns));
  queue_bytes_ += queue_.back().size();
  arrange_flush();
}

void OtlpTracer::drop(size_t spans, std::string_view why) {
  if (spans == 0) return;
  counts_.dropped += spans;
  log_.write_limited("spans_dropped", LogLevel::kWarning, "dropped spans",
                     {{"reason", why}, {"dropped", counts_.dropped}});
}

void OtlpTracer::arrange_flush() {
  if (batch_spans_ != 0) return;  // continued when the request is answered
  const bool at_once = queue_.size() >= options_.batch_spans_max || state_ == State::kClosing;
  if (at_once) {
    flush();
  } else if (!batch_timer_.active()) {
    batch_timer_.start(options_.batch_delay_ms);
  }
}

void OtlpTracer::flush() {
  batch_timer_.stop();
  if (queue_.empty() || batch_spans_ != 0) return;
  batch_ = head_;
  while (!queue_.empty() && batch_spans_ < options_.batch_spans_max) {
    if (batch_spans_ != 0) batch_ += ',';
    batch_.append(queue_.front());
    queue_bytes_ -= queue_.front().size();
    queue_.pop_front();
    ++batch_spans_;
  }
  batch_.append(kTraceRequestTail);
  post_batch();
}

void OtlpTracer::post_batch() {
  post_.post(batch_, [this](Result<TraceAnswer> answer) { on_answer(std::move(answer)); });
}

void OtlpTracer::on_answer(Result<TraceAnswer> answer) {
  if (!answer) {
    retry_later(0, answer.error().message);
  } else {
    on_status(answer.value());
  }
  if (state_ == State::kClosing && batch_spans_ == 0) maybe_finish_close();
}

void OtlpTracer::on_status(const TraceAnswer& answer) {
  const int status = answer.status();
  if (passing(status)) {
    const uint64_t wait_ms = uint64_t{answer.retry_after_s()} * 1000;
    return retry_later(std::min(wait_ms, kRetryAfterMaxMs), "status " + std::to_string(status));
  }
  uint64_t rejected = batch_spans_;
  if (status / 100 == 2) rejected = std::min(rejected, rejected_spans(answer.body()));
  if (rejected != 0) {
    log_.write_limited("spans_rejected", LogLevel::kWarning, "the collector rejected spans",
                       {{"status", status}, {"spans", rejected}});
  }
  counts_.rejected += rejected;
  counts_.exported += batch_spans_ - rejected;
  batch_done();
}

void OtlpTracer::batch_done() {
  if (std::exchange(failing_, false)) log_.info("the collector accepts spans again");
  backoff_.reset();
  batch_.clear();
  batch_spans_ = 0;
  if (!queue_.empty()) arrange_flush();
}

void OtlpTracer::retry_later(uint64_t at_least_ms, std::string_view why) {
  ++counts_.failures;
  failing_ = true;
  log_.write_limited("spans_not_sent", LogLevel::kWarning, "cannot send spans to the collector",
                     {{"error", why}, {"waiting", queue_.size() + batch_spans_}});
  retry_timer_.start(std::max(at_least_ms, backoff_.next_ms()));
}

TraceStatus OtlpTracer::status() const {
  TraceStatus status = counts_;
  status.waiting = queue_.size() + batch_spans_;
  return status;
}

void OtlpTracer::close(uint64_t patience_ms, Closed closed) {
  if (state_ != State::kOpen) return;
  state_ = State::kClosing;
  closed_ = std::move(closed);
  patience_timer_.start(patience_ms);
  if (batch_spans_ == 0) flush();
  if (batch_spans_ == 0) maybe_finish_close();
}

// Called when all requests are answered, or when the time for closing is over.
void OtlpTracer::maybe_finish_close() {
  if (state_ != State::kClosing) return;
  state_ = State::kClosed;
  post_.cancel();
  batch_timer_.stop();
  retry_timer_.stop();
  patience_timer_.stop();
  drop(queue_.size() + batch_spans_, "the process exits");
  queue_.clear();
  queue_bytes_ = 0;
  batch_spans_ = 0;
  finish_immediate_.ask();
}

}  // namespace hermod
