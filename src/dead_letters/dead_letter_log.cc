#include "dead_letters/dead_letter_log.h"

#include <string>
#include <vector>

#include "base/text.h"

namespace hermod {
namespace {

// Part of the value in one log line after escaping (observe/log_line.cc), which leaves room for the
// fields that identify the record.
constexpr size_t kPartBytesMax = 2000;
constexpr size_t kKeyBytesMax = 64;

size_t escaped_bytes(char byte) {
  const auto code = static_cast<unsigned char>(byte);
  const bool plain = code >= 0x20 && code < 0x7f && byte != '"' && byte != '\\';
  return plain ? 1 : 6;
}

// The longest prefix of `text` that fits into one line and does not end inside a UTF-8 character.
std::string_view first_part(std::string_view text) {
  size_t size = 0;
  size_t taken = 0;
  while (taken < text.size() && size + escaped_bytes(text[taken]) <= kPartBytesMax) {
    size += escaped_bytes(text[taken++]);
  }
  const std::string_view whole = cut_utf8(text, taken);
  return whole.empty() ? text.substr(0, taken) : whole;
}

std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  do {
    parts.push_back(first_part(text));
    text.remove_prefix(parts.back().size());
  } while (!text.empty());
  return parts;
}

std::string_view header(const DeadLetter& letter, std::string_view wanted) {
  for (const auto& [name, value] : letter.headers) {
    if (name == wanted && value) return *value;
  }
  return {};
}

}  // namespace

void log_dead_letter(Log& log, const DeadLetter& letter, std::string_view dead_letter_topic) {
  const std::string_view value = letter.value ? std::string_view(*letter.value) : "";
  const auto parts = parts_of(value.substr(0, kLoggedValueBytesMax));
  for (size_t i = 0; i < parts.size(); ++i) {
    log.write(LogLevel::kError,
              "a dead letter could not be written in time; it is only in this log",
              {{"topic", header(letter, kHeaderTopic)},
               {"partition", letter.position.partition},
               {"offset", letter.position.offset},
               {"part", std::to_string(i + 1) + " of " + std::to_string(parts.size())},
               {"value_bytes", value.size()},
               {"reason", header(letter, kHeaderReason)},
               {"key", letter.key ? cut_utf8(*letter.key, kKeyBytesMax) : ""},
               {"dead_letter_topic", dead_letter_topic},
               {"error_detail.error_code", to_string(ErrorCode::kKafkaPublish)},
               {"error_detail.operation", "dead_letter.write"},
               {"dead_letter.value", parts[i]}});
  }
}

void DeadLetterLog::on_failed(std::string_view why, size_t waiting) {
  log_.write_limited("dead_letter", LogLevel::kError, "dead letters cannot be written, retrying",
                     {{"topic", topic_},
                      {"error", why},
                      {"waiting", waiting},
                      {"error_detail.error_code", to_string(ErrorCode::kKafkaPublish)},
                      {"error_detail.operation", "dead_letter.write"}});
}

void DeadLetterLog::on_recovered() {
  log_.info("dead letters can be written again");
}

void DeadLetterLog::on_rejected(const DeadLetter& letter) {
  const Position& position = letter.position;
  log_.write_limited("dead_letter_size", LogLevel::kError,
                     "dropped a dead letter: too large for its topic even when truncated",
                     {{"topic", topic_},
                      {"partition", position.partition},
                      {"offset", position.offset},
                      {"error_detail.error_code", to_string(ErrorCode::kKafkaPublish)},
                      {"error_detail.operation", "dead_letter.write"}});
}

void DeadLetterLog::write(const DeadLetter& letter) {
  ++written_;
  bytes_ += letter.bytes();
  log_dead_letter(log_, letter, topic_);
}

}  // namespace hermod
