#pragma once
// Which dead letters are meant, how one is shown, and whether it may go back to its topic. Pure.

#include <string>
#include <utility>
#include <vector>

#include "hermod/result.h"
#include "source/dead_letter_reader.h"
#include "source/kafka_producer.h"

namespace hermod::cli {

inline constexpr uint32_t kReplaysMax = 3;  // of a record

struct DeadLetterSelection {
  std::string reason;  // empty: any
  std::vector<std::pair<int32_t, int64_t>>
      positions;  // partition and offset among the letters; none: any

  bool empty() const { return reason.empty() && positions.empty(); }
  bool takes(const ReadDeadLetter& letter) const;
  std::string flags() const;  // as it was asked for, for a sentence
};

// "P:O"; the error completes "--offset …".
Result<std::pair<int32_t, int64_t>> parse_position(const std::string& text);

// One line for a terminal; what came from outside is escaped and cut.
std::string describe(const ReadDeadLetter& letter);

// The record as it goes back to its topic. An error says why it must not.
Result<KafkaText> replayed(const ReadDeadLetter& letter, const std::vector<std::string>& topics);

}  // namespace hermod::cli
