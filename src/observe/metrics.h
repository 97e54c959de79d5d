#pragma once
// Renders /metrics: the families that existing dashboards use (protocol section 5), then hermod's
// own. Called on the loop's thread for each scrape; takes well under two milliseconds.

#include <cstddef>
#include <string>
#include <string_view>

#include "bus/bus.h"
#include "hermod/stats.h"
#include "observe/process.h"
#include "observe/reload_status.h"
#include "source/source.h"
#include "tracing/trace_options.h"

namespace hermod {

// All processes of the service, at the last reading of their list; all zero: it cannot be read.
struct FleetTotals {
  size_t processes = 0;
  size_t connections = 0;
};

struct MetricsView {
  const Stats& stats;
  const BusStatus& bus;
  const SourceStatus& source;
  const ProcessUsage& process;
  const TraceStatus& traces;     // all zero while tracing is off
  std::string_view version;      // of hermod
  std::string_view environment;  // ENVIRONMENT
  bool ready = false;            // whether /healthz/ready answers 200
  const ReloadStatus& reload;
  double longest_iteration_seconds = 0;  // of the last 10 to 20 s
  FleetTotals fleet = {};
};

// Every family is present in the first scrape, with its known label values.
std::string render_metrics(const MetricsView& view);

}  // namespace hermod
