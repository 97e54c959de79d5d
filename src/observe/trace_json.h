#pragma once
// Spans as OTLP/JSON (opentelemetry-proto, ExportTraceServiceRequest): ids in hex, 64-bit numbers
// as strings, enumerations as numbers.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/tracer.h"

namespace hermod {

// One element of `spans`. Outside text in it is escaped and cut as in a log line.
std::string span_json(const Span& span, int64_t end_ns);

// What stands before the first span of a request and behind the last one; commas go between.
std::string trace_request_head(std::string_view service_name, std::string_view version);
inline constexpr std::string_view kTraceRequestTail = "]}]}]}";

// What a collector's answer says it took away (partialSuccess.rejectedSpans); 0 for anything else.
uint64_t rejected_spans(std::string_view answer);

}  // namespace hermod
