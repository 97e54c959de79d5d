#include "dead_letters/dead_letter.h"

#include <algorithm>

#include "base/parse.h"
#include "kafka/kafka_owned.h"

namespace hermod {
namespace {

constexpr std::string_view kOwnPrefix = "hermod-";

bool cut_text(std::optional<std::string>& text, size_t bytes_max) {
  const size_t had = text ? text->size() : 0;
  if (had == 0) return false;
  text->resize(had > bytes_max ? bytes_max : had / 2);
  text->shrink_to_fit();
  return true;
}

bool drop_other_headers(KafkaHeaders& headers) {
  return std::erase_if(headers,
                       [](const KafkaHeader& header) { return !is_own_header(header.name); }) > 0;
}

}  // namespace

bool is_own_header(std::string_view name) {
  return name.starts_with(kOwnPrefix);
}

size_t DeadLetter::bytes() const {
  size_t bytes = key.value_or("").size() + value.value_or("").size();
  for (const auto& [name, text] : headers) bytes += name.size() + text.value_or("").size();
  return bytes;
}

bool DeadLetter::truncate(size_t bytes_max) {
  const size_t had = value ? value->size() : 0;
  if (!cut_text(value, bytes_max) && !drop_other_headers(headers) && !cut_text(key, bytes_max)) {
    return false;
  }
  const bool noted = std::ranges::any_of(
      headers, [](const KafkaHeader& header) { return header.name == kHeaderTruncated; });
  if (!noted) headers.push_back({std::string(kHeaderTruncated), std::to_string(had)});
  return true;
}

uint32_t replays_of(const KafkaHeaders& headers) {
  for (const auto& [name, value] : headers) {
    if (name != kHeaderReplays || !value) continue;
    return parse_number<uint32_t>(*value).value_or(0);
  }
  return 0;
}

DeadLetter make_dead_letter(const rd_kafka_message_t& message, const Position& position,
                            const DeadReason& why, std::string_view time) {
  DeadLetter letter;
  letter.position = position;
  letter.key = copy_bytes(message.key, message.key_len);
  letter.value = copy_bytes(message.payload, message.len);
  letter.headers = read_headers(message);
  const uint32_t replays = replays_of(letter.headers);
  std::erase_if(letter.headers,
                [](const KafkaHeader& header) { return is_own_header(header.name); });
  const auto add = [&letter](std::string_view name, std::string_view value) {
    letter.headers.push_back({std::string(name), std::string(value)});
  };
  add(kHeaderReason, why.reason);
  add(kHeaderErrorCode, to_string(why.code));
  add(kHeaderTopic, rd_kafka_topic_name(message.rkt));
  add(kHeaderPartition, std::to_string(message.partition));
  add(kHeaderOffset, std::to_string(message.offset));
  add(kHeaderTime, time);
  add(kHeaderReplays, std::to_string(replays));
  return letter;
}

}  // namespace hermod
