#pragma once
// What OtlpTracer is given, and what it says of itself.

#include <cstddef>
#include <cstdint>
#include <string>

namespace hermod {

struct TraceOptions {
  std::string endpoint;  // OTEL_EXPORTER_OTLP_ENDPOINT
  std::string sampler = "parentbased_always_on";
  std::string sampler_argument;  // OTEL_TRACES_SAMPLER_ARG
  std::string service_name;
  std::string version;

  size_t batch_spans_max = 512;
  size_t queue_spans_max = 8192;
  size_t queue_bytes_max = 8 * 1024 * 1024;
  uint64_t batch_delay_ms = 1000;  // what a span waits at most for others to travel with
  uint64_t retry_first_ms = 1000;
  uint64_t retry_max_ms = 30'000;
  uint64_t exchange_ms = 10'000;  // connected to answered
};

// A snapshot for metrics.
struct TraceStatus {
  uint64_t waiting = 0;   // spans in the queue
  uint64_t exported = 0;  // spans that the collector took
  uint64_t dropped = 0;   // given up: the queue was full, or the process ended
  uint64_t rejected = 0;  // spans that the collector refused
  uint64_t failures = 0;  // posts that were not answered, or with a status that asks to come back
};

}  // namespace hermod
