#include "tracing/otlp_tracer.h"

#include <unistd.h>

#include <cassert>
#include <chrono>
#include <utility>

#include "base/configuration_error.h"
#include "base/random.h"
#include "tracing/trace_endpoint.h"
#include "tracing/trace_headers.h"

namespace hermod {
namespace {

// Only a short text of a response is used: the number of rejected spans.
constexpr size_t kResponseBytesMax = 16 * 1024;

template <class Clock>
int64_t now_ns() {
  const auto since = Clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
}

std::mt19937_64 seeded() {
  const uint64_t words[] = {random_u64(), random_u64(), random_u64(), random_u64()};
  std::seed_seq seed(std::begin(words), std::end(words));
  return std::mt19937_64(seed);
}

// The validated options, as the parts of the tracer need them.
struct ValidOptions {
  OutgoingRequest request;  // without its body
  TraceSampler sampler;
};

Result<ValidOptions> validate(const TraceOptions& options) {
  if (options.endpoint.empty()) {
    return configuration_error("OTEL_EXPORTER_OTLP_ENDPOINT is needed with ENABLE_TRACING");
  }
  auto url = trace_url(options.endpoint);
  if (!url) return url.error();
  auto fields = parse_trace_headers(options.headers);
  if (!fields)
    return configuration_error("OTEL_EXPORTER_OTLP_HEADERS must be a list such as name=value");
  if (!options.ca_file.empty() && access(options.ca_file.c_str(), R_OK) != 0) {
    return configuration_error("OTEL_EXPORTER_OTLP_CERTIFICATE names a file that cannot be read: " +
                               options.ca_file);
  }
  auto sampler = TraceSampler::parse(options.sampler, options.sampler_argument);
  if (!sampler) return sampler.error();
  ValidOptions made;
  made.request.method = HttpMethod::kPost;
  made.request.url = url.take();
  made.request.fields = *std::move(fields);
  made.request.fields.emplace_back("Content-Type", "application/json");
  made.request.time_limit_ms = options.exchange_ms;
  made.request.response_bytes_max = kResponseBytesMax;
  made.sampler = sampler.take();
  return made;
}

}  // namespace

Result<void> OtlpTracer::check(const TraceOptions& options) {
  if (auto valid = validate(options); !valid) return valid.error();
  return HttpClient::check();
}

Result<std::unique_ptr<OtlpTracer>> OtlpTracer::create(uv_loop_t* loop, const TraceOptions& options,
                                                       Log& log) {
  auto valid = validate(options);
  if (!valid) return valid.error();
  auto client = HttpClient::create(loop, {.ca_file = options.ca_file});
  if (!client) return client.error();
  auto exporter = std::make_unique<SpanExporter>(loop, client.take(),
                                                 std::move(valid.value().request), options, log);
  return std::unique_ptr<OtlpTracer>(new OtlpTracer(valid.value().sampler, std::move(exporter)));
}

OtlpTracer::OtlpTracer(TraceSampler sampler, std::unique_ptr<SpanExporter> exporter)
    : sampler_(sampler), random_(seeded()), exporter_(std::move(exporter)) {}

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
  const Span ended = std::exchange(span, Span());
  if (!ended.recording()) return;
  assert(ended.at.steady_ns != 0);
  const int64_t took_ns = now_ns<std::chrono::steady_clock>() - ended.at.steady_ns;
  exporter_->add(ended, ended.at.wall_ns + took_ns);
}

void OtlpTracer::close(uint64_t patience_ms, Closed closed) {
  exporter_->close(patience_ms, std::move(closed));
}

}  // namespace hermod
