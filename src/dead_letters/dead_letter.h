#pragma once
// A dead letter: a record that could not be routed, with headers that say why (protocol section 1).
// Written by DeadLetterWriter, read by read_dead_letters().

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kafka/kafka_fwd.h"
#include "kafka/kafka_headers.h"
#include "source/source.h"

namespace hermod {

inline constexpr std::string_view kHeaderReason = "hermod-reason";
inline constexpr std::string_view kHeaderErrorCode = "hermod-error-code";
inline constexpr std::string_view kHeaderTopic = "hermod-topic";
inline constexpr std::string_view kHeaderPartition = "hermod-partition";
inline constexpr std::string_view kHeaderOffset = "hermod-offset";
inline constexpr std::string_view kHeaderTime = "hermod-time";
inline constexpr std::string_view kHeaderReplays = "hermod-replays";
// The original size of a truncated value, in bytes.
inline constexpr std::string_view kHeaderTruncated = "hermod-truncated";

bool is_own_header(std::string_view name);  // begins with "hermod-"

struct DeadLetter {
  Position position;  // of the original record
  std::optional<std::string> key;
  std::optional<std::string> value;
  KafkaHeaders headers;

  size_t bytes() const;

  // Truncates the value to at most `bytes_max` bytes, and to less than its present size. If the
  // value is empty, removes the record's own headers; if there are none, truncates the key. Records
  // the original size of the value in a header. Returns false if there is nothing left to truncate.
  bool truncate(size_t bytes_max);
};

// Returns how often the record was replayed from the dead letters, according to its headers; 0
// without such a header.
uint32_t replays_of(const KafkaHeaders& headers);

// Copies `message`. Keeps the record's own headers and replaces those named above.
DeadLetter make_dead_letter(const rd_kafka_message_s& message, const Position& position,
                            const DeadReason& why, std::string_view time);

}  // namespace hermod
