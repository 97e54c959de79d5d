#include "tracing/export_outcome.h"

#include <algorithm>

#include "tracing/trace_json.h"

namespace hermod {
namespace {

constexpr uint64_t kRetryAfterMaxMs = 300'000;

// The statuses for which OTLP requires a retry of the same request.
bool temporary(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

}  // namespace

ExportOutcome export_outcome(const HttpResponse& response, size_t spans) {
  using enum ExportOutcome::Next;
  if (temporary(response.status)) {
    const uint64_t asked_ms = uint64_t{response.retry_after_s} * 1000;
    return {.next = kRetry, .retry_after_ms = std::min(asked_ms, kRetryAfterMaxMs)};
  }
  if (response.status / 100 != 2) return {.next = kContinue, .rejected = spans};
  const uint64_t rejected = rejected_spans(response.body);
  return {.next = kContinue, .rejected = std::min<uint64_t>(spans, rejected)};
}

}  // namespace hermod
