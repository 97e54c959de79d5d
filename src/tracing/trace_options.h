#pragma once
// The options of OtlpTracer, and its status.

#include <cstddef>
#include <cstdint>
#include <string>

namespace hermod {

struct TraceOptions {
  std::string endpoint;  // OTEL_EXPORTER_OTLP_ENDPOINT
  std::string headers;   // OTEL_EXPORTER_OTLP_HEADERS; never logged or shown
  std::string ca_file;   // OTEL_EXPORTER_OTLP_CERTIFICATE; empty: the CA certificates of the system
  std::string sampler = "parentbased_always_on";
  std::string sampler_argument;  // OTEL_TRACES_SAMPLER_ARG
  std::string service_name;
  std::string version;

  size_t batch_spans_max = 512;
  size_t queue_spans_max = 8192;
  size_t queue_bytes_max = 8 * 1024 * 1024;
  uint64_t batch_delay_ms = 1000;  // maximum wait of a span for a full batch
  uint64_t retry_first_ms = 1000;
  uint64_t retry_max_ms = 30'000;
  uint64_t exchange_ms = 10'000;  // OTEL_EXPORTER_OTLP_TIMEOUT: maximum time of one request
};

// A snapshot of the counters, for metrics.
struct TraceStatus {
  uint64_t waiting = 0;   // spans in the queue
  uint64_t exported = 0;  // spans that the collector accepted
  uint64_t dropped = 0;   // spans dropped: the queue was full, or the process exited
  uint64_t rejected = 0;  // spans that the collector rejected
  uint64_t failures = 0;  // requests without a response, or with a status that asks for a retry
};

}  // namespace hermod
