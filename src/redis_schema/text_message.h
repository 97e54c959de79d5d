#pragma once
// A message of a user's `:text` channel, as the publish script writes it in the modes kText and
// kSharded (protocol section 2): one line, then the payload byte for byte.
//   <stream id> SP <event hash> [SP <traceparent>] LF <payload>

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/stream_id.h"
#include "base/trace_context.h"

namespace hermod {

struct TextMessage {
  StreamId stream_id;       // never null
  uint64_t event_hash = 0;  // event_hash.h; never 0
  TraceContext trace;       // null: none, or it is invalid
  std::string_view text;    // the payload, a view into the message
};

// None: the message is malformed. Words of the line after the traceparent are ignored.
std::optional<TextMessage> parse_text_message(std::string_view message);

}  // namespace hermod
