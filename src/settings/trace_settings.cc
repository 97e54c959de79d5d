#include "settings/trace_settings.h"

namespace hermod {

TraceOptions trace_settings(const Options& options) {
  TraceOptions made;
  made.endpoint = options.otel_exporter_otlp_endpoint;
  made.headers = options.otel_exporter_otlp_traces_headers.empty()
                     ? options.otel_exporter_otlp_headers
                     : options.otel_exporter_otlp_traces_headers;
  made.ca_file = options.otel_exporter_otlp_traces_certificate.empty()
                     ? options.otel_exporter_otlp_certificate
                     : options.otel_exporter_otlp_traces_certificate;
  made.exchange_ms = options.otel_exporter_otlp_traces_timeout == 0
                         ? options.otel_exporter_otlp_timeout
                         : options.otel_exporter_otlp_traces_timeout;
  made.sampler = options.otel_traces_sampler;
  made.sampler_argument = options.otel_traces_sampler_arg;
  made.service_name =
      options.otel_service_name.empty() ? options.service_name : options.otel_service_name;
  return made;
}

}  // namespace hermod
