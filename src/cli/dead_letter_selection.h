#pragma once
// Pure functions that select and describe dead letters, and decide whether one may be replayed.

#include <string>
#include <utility>
#include <vector>

#include "dead_letters/dead_letter_reader.h"
#include "hermod/result.h"
#include "kafka/blocking_producer.h"

namespace hermod::cli {

inline constexpr uint32_t kReplaysMax = 3;  // per record

struct DeadLetterSelection {
  std::string reason;  // empty: any
  // Partitions and offsets in the dead-letter topic; empty: any.
  std::vector<std::pair<int32_t, int64_t>> positions;

  bool empty() const { return reason.empty() && positions.empty(); }
  bool contains(const ReadDeadLetter& letter) const;
  std::string flags() const;  // the flags that made this selection, for messages
};

// Parses "P:O"; the error completes "--offset …".
Result<std::pair<int32_t, int64_t>> parse_position(const std::string& text);

// One line for a terminal; external text is escaped and truncated.
std::string describe(const ReadDeadLetter& letter);

// The record that a replay produces to the original topic. Error: why it must not be replayed.
Result<ProducerRecord> replayed(const ReadDeadLetter& letter,
                                const std::vector<std::string>& topics);

}  // namespace hermod::cli
