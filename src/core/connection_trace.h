#pragma once
// The span of a connection, which its deliveries are linked to.

#include <string>

#include "base/trace_context.h"

namespace hermod {

struct ConnectionTrace {
  TraceContext context;
  std::string user;
};

}  // namespace hermod
