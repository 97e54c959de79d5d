#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/backoff.h"
#include "bus/bus.h"

namespace hermod {

// A request for a page that is not answered yet.
struct ReplayTask {
  std::string user;
  std::optional<StreamId> after;
  std::string device;  // of the position, if `after` is unset
  uint64_t connection = 0;
  bool with_seen = false;
  size_t entries_max = 0;
  size_t bytes_max = 0;
  ReplayRequest::Reach reach = ReplayRequest::Reach::kOffline;
  std::optional<int64_t> connected_ms;
  Bus::ReplayDone done;                          // empty: the request has failed already
  std::optional<uint64_t> since_ms = {};         // Redis' time at connected_ms, or slightly earlier
  bool timing = false;                           // the command in flight is TIME
  std::optional<int64_t> failing_since_ms = {};  // of an error of this user alone
  uint64_t others_then = 0;                      // the pages that were read until the last failure
  Backoff backoff{20, 500};
};

}  // namespace hermod
