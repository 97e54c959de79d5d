#pragma once
// Parses OTEL_EXPORTER_OTLP_ENDPOINT.

#include <string>
#include <string_view>

#include "hermod/result.h"

namespace hermod {

// Returns the URL to which spans are posted: `url` with "/v1/traces", and with port 4318 if it is
// an http URL without a port. Error (kConfiguration): not an http or https URL; a user name or a
// password; a query.
Result<std::string> trace_url(std::string_view url);

}  // namespace hermod
