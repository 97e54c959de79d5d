#pragma once
// The services that the domain's components share. All of them outlive the components.

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
