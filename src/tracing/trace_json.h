#pragma once
// Encodes spans as OTLP/JSON (opentelemetry-proto, ExportTraceServiceRequest): ids in hex, 64-bit
// numbers as strings, enumerations as numbers.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/tracer.h"

namespace hermod {

// One element of `spans`. External text is escaped and truncated as in a log line.
std::string span_json(const Span& span, int64_t end_ns);

// The parts of a request before its first span and after its last one. Commas separate the spans.
std::string trace_request_head(std::string_view service_name, std::string_view version);
inline constexpr std::string_view kTraceRequestTail = "]}]}]}";

// The number of spans that a 2xx response reports as rejected (partialSuccess.rejectedSpans); 0 if
// there is none.
uint64_t rejected_spans(std::string_view answer);

}  // namespace hermod
