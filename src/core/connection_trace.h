#pragma once
// The span of a connection, to which the spans of its deliveries link. WsPeer sets it at the start;
// SessionOutbox owns it.

#include <string>

#include "base/trace_context.h"

namespace hermod {

struct ConnectionTrace {
  TraceContext context;
  std::string user;
};

}  // namespace hermod
