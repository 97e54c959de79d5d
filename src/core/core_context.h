#pragma once
// The services that the domain's components share. All of them outlive the components.

namespace hermod {

class Clock;
class Log;
class Observers;
struct Stats;

struct CoreContext {
  const Clock& clock;
  Log& log;
  Stats& stats;
  Observers& observers;
};

}  // namespace hermod
