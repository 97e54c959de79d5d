#pragma once
// The span of a connection. The spans of its deliveries link to it.

#include <string>

#include "base/trace_context.h"

namespace hermod {

struct ConnectionTrace {
  TraceContext context;
  std::string user;
};

}  // namespace hermod
