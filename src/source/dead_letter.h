#pragma once
// A dead letter: a record that could not be routed, with the headers that say why (protocol section
// 1). Written by DeadLetterWriter, read back by DeadLetterReader.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "source/kafka_fwd.h"
#include "source/source.h"

namespace hermod {

inline constexpr std::string_view kHeaderReason = "hermod-reason";
inline constexpr std::string_view kHeaderErrorCode = "hermod-error-code";
inline constexpr std::string_view kHeaderTopic = "hermod-topic";
inline constexpr std::string_view kHeaderPartition = "hermod-partition";
inline constexpr std::string_view kHeaderOffset = "hermod-offset";
inline constexpr std::string_view kHeaderTime = "hermod-time";
inline constexpr std::string_view kHeaderReplays = "hermod-replays";
inline constexpr std::string_view kHeaderTruncated =
    "hermod-truncated";  // the value's original size

bool is_own_header(std::string_view name);  // one of these

struct KafkaHeader {
  std::string name;
  std::optional<std::string> value;  // Kafka tells an empty value from none
};
using KafkaHeaders = std::vector<KafkaHeader>;

struct DeadLetter {
  Position position;  // of the record, where it was read
  std::optional<std::string> key;
  std::optional<std::string> value;
  KafkaHeaders headers;

  size_t bytes() const;

  // Keeps at most `bytes_max` of the value, and less than it had; where nothing is left of it,
  // drops the record's own headers, then cuts the key. Notes the value's original size. False where
  // nothing is left to cut.
  bool cut(size_t bytes_max);
};

// The headers of `message` as they stand in it.
KafkaHeaders read_headers(const rd_kafka_message_s& message);

// How often the record was replayed from the dead letters before, by its headers; 0 where they say
// nothing.
uint32_t replays_of(const KafkaHeaders& headers);

// Copies `message`: its own headers stay, those named above are set anew.
DeadLetter make_letter(const rd_kafka_message_s& message, const Position& position,
                       const DeadReason& why, std::string_view time);

namespace kafka {

// The same for librdkafka; the caller owns it until a message takes it.
rd_kafka_headers_s* make_headers(const KafkaHeaders& headers);

}  // namespace kafka
}  // namespace hermod
