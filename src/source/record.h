#pragma once
// One record of a topic, as a source hands it out, and where it stands there.

#include <compare>
#include <cstdint>
#include <string_view>

namespace hermod {

// Names one record of one assignment. `topic` is an index into the source's topics; `epoch` tells
// assignments of the same partition apart, so that an answer which comes after a rebalance is not
// taken for the record that is being read again.
struct Position {
  uint32_t topic = 0;
  int32_t partition = 0;
  int64_t offset = 0;
  uint32_t epoch = 0;

  auto operator<=>(const Position&) const = default;
};

// The views are valid until the record is settled: Source::done() or dead_letter() for its
// position.
struct Record {
  Position position;
  std::string_view topic;
  int64_t timestamp_ms = 0;  // the broker's or producer's time, -1 unknown
  bool has_key = false;
  bool has_value = false;  // false: a tombstone
  std::string_view key;
  std::string_view value;
  // Kafka headers of contract section 1; empty where absent.
  std::string_view header_event_id;
  std::string_view header_event_type;
  std::string_view header_traceparent;
  std::string_view header_tracestate;
};

}  // namespace hermod
