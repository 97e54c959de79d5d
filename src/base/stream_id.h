#pragma once
// A text's place in its user's history: the id of its entry in the user's Redis stream (protocol
// section 2). `ms` is Redis time when it was routed; `count` numbers the user's texts one by one,
// so a jump of more than one between two neighbours is a text that was missed. Places of one user
// are totally ordered; a null place (0-0) stands for "none": a foreign text, or no mark.

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

// Whether a text at `place` is newer than one at `known`. So is one with a higher count and a lower
// time: the history went on elsewhere, after Redis failed over to a machine whose clock is behind.
inline bool comes_after(StreamId stream_id, StreamId known) {
  return stream_id > known || stream_id.count > known.count;
}

std::string to_string(StreamId stream_id);                      // "1719561600000-12"
std::optional<StreamId> parse_position(std::string_view text);  // nothing but the form above

}  // namespace hermod
