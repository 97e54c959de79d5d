#pragma once
// The metrics of records and of the brokers that they pass: Kafka and Redis. Called by
// render_metrics() at each scrape.

#include "bus/bus.h"
#include "hermod/stats.h"
#include "observe/families.h"
#include "source/source.h"

namespace hermod {

void add_records(Families& out, const Stats& stats);
void add_bus(Families& out, const BusStatus& bus);
void add_source(Families& out, const SourceStatus& source);

}  // namespace hermod
