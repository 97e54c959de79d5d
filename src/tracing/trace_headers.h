#pragma once
// Parses OTEL_EXPORTER_OTLP_HEADERS.

#include <optional>
#include <string_view>
#include <vector>

#include "http_client/outgoing_request.h"

namespace hermod {

// Parses "name=value,name2=value2" (OpenTelemetry specification, "Specifying headers via
// environment variables"): names are HTTP tokens, values are percent-encoded. Returns nullopt if
// `text` is malformed, if a value contains a control character, or if it sets a header that the
// exporter itself sets.
std::optional<std::vector<HttpField>> parse_trace_headers(std::string_view text);

}  // namespace hermod
