#pragma once
// What a collector's response to one export request means (OTLP specification, "OTLP/HTTP
// Response").

#include <cstddef>
#include <cstdint>

#include "http_client/outgoing_request.h"

namespace hermod {

struct ExportOutcome {
  enum class Next : uint8_t { kRetry, kContinue };

  Next next = Next::kContinue;
  uint64_t retry_after_ms = 0;  // kRetry: the minimum delay that the collector asks for
  uint64_t rejected = 0;        // kContinue: spans that the collector did not accept
};

// `spans`: the number of spans in the request.
ExportOutcome export_outcome(const HttpResponse& response, size_t spans);

}  // namespace hermod
