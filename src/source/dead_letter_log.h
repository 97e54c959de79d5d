#pragma once
// Writes a dead letter to the log, in as many lines as its value needs. Used when its topic did not
// accept it in time.

#include <cstddef>
#include <string_view>

#include "hermod/log.h"
#include "source/dead_letter.h"

namespace hermod {

// Bytes of the value that are logged. The rest remains only in Kafka, at the record's offset.
inline constexpr size_t kLoggedValueBytesMax = 64 * 1024;

void log_dead_letter(Log& log, const DeadLetter& letter, std::string_view dead_letter_topic);

}  // namespace hermod
