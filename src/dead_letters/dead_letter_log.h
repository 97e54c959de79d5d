#pragma once
// Writes log lines about dead letters: whether their topic accepts them, and each dead letter that
// the topic did not accept in time, in as many lines as its value needs. Owned by DeadLetterRoute;
// DeadLetterWriter calls it.

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

  void on_failed(std::string_view why, size_t waiting);
  void on_recovered();
  void on_rejected(const DeadLetter& letter);  // too large at any size, and therefore dropped

  void write(const DeadLetter& letter);

  // The number of dead letters that write() has logged, and their total size before truncation.
  uint64_t written() const { return written_; }
  uint64_t bytes() const { return bytes_; }

 private:
  Log& log_;
  std::string topic_;
  uint64_t written_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace hermod
