#pragma once
// Writes dead letters to the log, each in as many lines as its value needs, and counts them. Used
// when their topic did not accept them in time.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "dead_letters/dead_letter.h"
#include "hermod/log.h"

namespace hermod {

// Bytes of a value that are logged. The rest remains only in Kafka, at the record's offset.
inline constexpr size_t kLoggedValueBytesMax = 64 * 1024;

void log_dead_letter(Log& log, const DeadLetter& letter, std::string_view dead_letter_topic);

class DeadLetterLog {
 public:
  DeadLetterLog(Log& log, std::string dead_letter_topic)
      : log_(log), topic_(std::move(dead_letter_topic)) {}

  void write(const DeadLetter& letter);

  uint64_t written() const { return written_; }
  uint64_t bytes() const { return bytes_; }  // the total size of the dead letters, untruncated

 private:
  Log& log_;
  std::string topic_;
  uint64_t written_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace hermod
