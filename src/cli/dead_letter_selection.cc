#include "cli/dead_letter_selection.h"

#include <algorithm>
#include <cassert>

#include "base/escape.h"
#include "base/parse.h"

namespace hermod::cli {
namespace {

constexpr size_t kShownBytesMax = 80;

std::string shown(const std::string& text) {
  return text.empty() ? "-" : escaped(text, kShownBytesMax);
}

template <class Number>
std::string shown(const std::optional<Number>& number) {
  return number ? std::to_string(*number) : "-";
}

Error refused(const ReadDeadLetter& letter, const std::string& why) {
  return {ErrorCode::kValidation, "the dead letter " + std::to_string(letter.partition) + ':' +
                                      std::to_string(letter.offset) + " is not replayed: " + why};
}

}  // namespace

bool DeadLetterSelection::contains(const ReadDeadLetter& letter) const {
  if (!reason.empty() && letter.reason != reason) return false;
  const std::pair<int32_t, int64_t> position(letter.partition, letter.offset);
  return positions.empty() ||
         std::find(positions.begin(), positions.end(), position) != positions.end();
}

std::string DeadLetterSelection::flags() const {
  std::string text = reason.empty() ? "" : " --reason \"" + shown(reason) + '"';
  for (const auto& [partition, offset] : positions) {
    text += " --offset " + std::to_string(partition) + ':' + std::to_string(offset);
  }
  return text.empty() ? text : text.substr(1);
}

Result<std::pair<int32_t, int64_t>> parse_position(const std::string& text) {
  const size_t colon = text.find(':');
  const std::string_view whole(text);
  if (colon != std::string::npos) {
    const auto partition = parse_number<int32_t>(whole.substr(0, colon));
    const auto offset = parse_number<int64_t>(whole.substr(colon + 1));
    if (partition && *partition >= 0 && offset && *offset >= 0)
      return std::pair(*partition, *offset);
  }
  return Error{ErrorCode::kValidation,
               "is \"" + escaped(text, kShownBytesMax) +
                   "\", but must be a partition and an offset, such as 0:17"};
}

std::string describe(const ReadDeadLetter& letter) {
  std::string line = std::to_string(letter.partition) + ':' + std::to_string(letter.offset);
  line += ' ' + shown(letter.time) + ' ' + shown(letter.reason) + ' ' + shown(letter.error_code);
  line += " from " + shown(letter.topic) + ' ' + shown(letter.record_partition) + ':' +
          shown(letter.record_offset);
  line += " key \"" + escaped(letter.key.value_or(""), kShownBytesMax) + '"';
  line += " bytes " + std::to_string(letter.original_bytes.value_or(
                          static_cast<int64_t>(letter.value.value_or("").size())));
  if (letter.original_bytes) line += " (truncated)";
  if (letter.replays > 0) line += " replays " + std::to_string(letter.replays);
  line += " value \"" + escaped(letter.value.value_or(""), kShownBytesMax) + '"';
  return line;
}

Result<ProducerRecord> replayed(const ReadDeadLetter& letter,
                                const std::vector<std::string>& topics) {
  if (std::find(topics.begin(), topics.end(), letter.topic) == topics.end()) {
    return refused(letter, "its topic, " + shown(letter.topic) + ", is not one of KAFKA_TOPICS");
  }
  if (letter.original_bytes) return refused(letter, "its value was truncated");
  if (letter.replays >= kReplaysMax) {
    return refused(letter,
                   "its record was replayed " + std::to_string(letter.replays) + " times already");
  }
  assert(letter.replays < kReplaysMax);
  ProducerRecord record{letter.topic, letter.key, letter.value, letter.headers};
  record.headers.push_back({std::string(kHeaderReplays), std::to_string(letter.replays + 1)});
  return record;
}

}  // namespace hermod::cli
