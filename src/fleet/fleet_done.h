#pragma once
// The answers of FleetService to its callers.

#include <utility>

#include "fleet/fleet.h"
#include "fleet/fleet_calls.h"

namespace hermod {

inline FleetFault unavailable() {
  return {.kind = FleetFault::Kind::kUnavailable, .silent = {}};
}

// The answer of a call that has ended.
template <typename Value>
void finish(const Fleet::Done<Value>& done, const FleetCalls::Outcome& outcome, Value value) {
  using Kind = FleetFault::Kind;
  if (!outcome.sent) return done(unavailable());
  if (outcome.silent.empty()) return done(std::move(value));
  done(FleetFault{Kind::kSilent, outcome.connections, outcome.silent});
}

}  // namespace hermod
