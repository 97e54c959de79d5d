#pragma once
// A message that names what a user has seen, as the seen script publishes it on the user's `:text`
// channel, or on the `:pos` channel in the mode kClassic (protocol section 2):
//   seen SP <process>/<connection> *(SP <stream id>)

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/stream_id.h"

namespace hermod {

struct SeenMessage {
  std::string_view process;
  uint64_t connection = 0;  // of that process, which has seen them
  std::vector<StreamId> ids;
};

// None: the message is of another kind, or malformed.
std::optional<SeenMessage> parse_seen_message(std::string_view message);

}  // namespace hermod
