#pragma once
// What stands behind a Server, for its own files and for Harness.

#include <memory>

#include "hermod/server.h"
#include "server/components.h"
#include "server/shutdown.h"
#include "uv/keep_alive.h"
#include "uv/unref_all.h"

namespace hermod {

struct Server::State {
  State(uv_loop_t* loop, const Options& options, Log& log);

  // Both before the parts (uv/unref_all.h), and only where an embedder asked for them.
  std::unique_ptr<uv::UnrefAll> release;
  std::unique_ptr<uv::KeepAlive> hold;
  Components components;
  Shutdown shutdown;
};

}  // namespace hermod
