#pragma once
// The implementation of Server, which Harness uses too.

#include <memory>

#include "hermod/server.h"
#include "server/components.h"
#include "server/shutdown.h"
#include "uv/keep_alive.h"
#include "uv/unref_all.h"

namespace hermod {

struct Server::State {
  State(uv_loop_t* loop, const Options& options, Log& log);

  // Created before the components (uv/unref_all.h), and only if an embedder requested them.
  std::unique_ptr<uv::UnrefAll> release;
  std::unique_ptr<uv::KeepAlive> hold;
  Components components;
  Shutdown shutdown;
};

}  // namespace hermod
