#pragma once
// The page of metrics: the names that dashboards already use (protocol section 5), then hermod's
// own. Called on the loop's thread for each scrape; takes well under two milliseconds.

#include <string>
#include <string_view>

#include "bus/bus.h"
#include "hermod/stats.h"
#include "observe/process.h"
#include "observe/reload_status.h"
#include "observe/trace_options.h"
#include "source/source.h"

namespace hermod {

struct MetricsView {
  const Stats& stats;
  const BusStatus& bus;
  const SourceStatus& source;
  const ProcessUsage& process;
  const TraceStatus& traces;     // of nothing, while tracing is off
  std::string_view version;      // of hermod
  std::string_view environment;  // ENVIRONMENT
  bool ready = false;            // what /healthz/ready says
  const ReloadStatus& reload;
  double longest_iteration_seconds = 0;  // of late
};

// Every family is there from the first call on, with the label values that are known beforehand.
std::string render_metrics(const MetricsView& view);

}  // namespace hermod
