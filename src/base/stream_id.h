#pragma once
// The stream id: the id of a message's entry in the user's Redis stream (protocol section 2). `ms`
// is Redis' time when the message was routed. `count` numbers the user's messages without gaps, so
// a step of more than one means that a message was missed. The ids of one user are totally ordered.
// The null id (0-0) means that there is none: the message is external, or nothing was acknowledged.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hermod {

struct StreamId {
  uint64_t ms = 0;
  uint64_t count = 0;

  auto operator<=>(const StreamId&) const = default;
  explicit operator bool() const { return ms != 0 || count != 0; }
};

// Whether a message at `stream_id` is newer than one at `known`. A higher count with a lower time
// is newer, too: this happens after a failover of Redis to a machine whose clock is behind.
inline bool comes_after(StreamId stream_id, StreamId known) {
  return stream_id > known || stream_id.count > known.count;
}

std::string to_string(StreamId stream_id);                       // "1719561600000-12"
std::optional<StreamId> parse_stream_id(std::string_view text);  // nullopt for any other form

}  // namespace hermod
