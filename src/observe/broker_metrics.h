#pragma once
// The metrics of records, Redis and Kafka. render_metrics() calls these functions at each scrape.

#include "bus/bus.h"
#include "hermod/stats.h"
#include "observe/families.h"
#include "source/source.h"

namespace hermod {

void add_records(Families& out, const Stats& stats);
void add_bus(Families& out, const BusStatus& bus, const Stats& stats);
void add_source(Families& out, const SourceStatus& source);

}  // namespace hermod
