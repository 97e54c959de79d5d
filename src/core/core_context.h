#pragma once
// The services that Hub and Ingest share: the clock, the log, the statistics, the observers and the
// tracer. The composition in server/ fills it; all of them outlive the components.

namespace hermod {

class Clock;
class Log;
class Observers;
class Tracer;
struct Stats;

struct CoreContext {
  const Clock& clock;
  Log& log;
  Stats& stats;
  Observers& observers;
  Tracer* tracer = nullptr;  // null: off
};

}  // namespace hermod
