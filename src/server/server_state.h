#pragma once
// What stands behind a Server, for its own files and for Harness.

#include <memory>

#include "hermod/server.h"
#include "server/parts.h"
#include "server/shutdown.h"
#include "uv/hold.h"
#include "uv/release.h"

namespace hermod {

struct Server::State {
  State(uv_loop_t* loop, const Options& options, Log& log);

  // Both before the parts (uv/release.h), and only where an embedder asked for them.
  std::unique_ptr<uv::Release> release;
  std::unique_ptr<uv::Hold> hold;
  Parts parts;
  Shutdown shutdown;
};

}  // namespace hermod
