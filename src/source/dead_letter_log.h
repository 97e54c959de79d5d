#pragma once
// The last place of a dead letter that its topic did not take in time: the log, in as many lines as
// its value needs.

#include <cstddef>
#include <string_view>

#include "hermod/log.h"
#include "source/dead_letter.h"

namespace hermod {

// Of the value; what is beyond it stands nowhere but in Kafka, under the record's own offset.
inline constexpr size_t kLoggedValueBytesMax = 64 * 1024;

void log_letter(Log& log, const DeadLetter& letter, std::string_view dead_letter_topic);

}  // namespace hermod
