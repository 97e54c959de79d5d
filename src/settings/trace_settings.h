#pragma once
// The settings of the trace exporter. A variable with TRACES in its name overrides the general one,
// as the OpenTelemetry specification demands (OpenTelemetry Protocol Exporter, "Configuration
// Options").

#include "hermod/options.h"
#include "tracing/trace_options.h"

namespace hermod {

// Does not set the version of the program.
TraceOptions trace_settings(const Options& options);

}  // namespace hermod
