// Failure, recovery and expiry of DeadLetterWriter: how long a dead letter waits, and when it is
// written to the log instead.

#include <algorithm>
#include <utility>

#include "source/dead_letter_log.h"
#include "source/dead_letter_writer.h"

namespace hermod {
namespace {

// Limits the time of one loop iteration: further dead letters are logged in later ones.
constexpr size_t kExpiredBytesPerIteration = 256 * 1024;

}  // namespace

bool DeadLetterWriter::held_too_long() const {
  return trouble_since_ms_ &&
         clock_.steady_ms() >= *trouble_since_ms_ + static_cast<int64_t>(options_.hold_ms);
}

bool DeadLetterWriter::overdue() const {
  return failing_ && held_too_long();
}

void DeadLetterWriter::write_to_log(const DeadLetter& letter) {
  ++logged_;
  logged_bytes_ += letter.bytes();
  log_dead_letter(log_, letter, options_.topic);
}

void DeadLetterWriter::finish_now() {
  finishing_ = true;
  expect_answer();
}

void DeadLetterWriter::fail(std::string_view why) {
  ++failures_;
  answer_.stop();
  if (!failing_ && client_.opened()) call_back();
  if (!std::exchange(failing_, true)) {
    if (!trouble_since_ms_) trouble_since_ms_ = clock_.steady_ms();
    listener_.on_dead_letters_failing();
  }
  error_ = why;
  log_.write_limited("dead_letter", LogLevel::kError, "dead letters cannot be written, retrying",
                     {{"topic", options_.topic},
                      {"error", why},
                      {"waiting", dead_letters_.size()},
                      {"error_detail.error_code", to_string(ErrorCode::kKafkaPublish)},
                      {"error_detail.operation", "dead_letter.write"}});
  if (!retry_.active()) retry_.start(backoff_.next_ms());
  arm_expiry();
}

void DeadLetterWriter::recover() {
  if (std::exchange(failing_, false)) recovered_ms_ = clock_.steady_ms();
  error_.clear();
  last_client_error_.clear();
  backoff_.reset();
  retry_.stop();
  expiry_.stop();
  answer_.stop();
  expect_answer();
}

void DeadLetterWriter::expect_answer() {
  const bool awaited = full() || (finishing_ && !dead_letters_.empty());
  if (awaited && !failing_ && !answer_.active()) answer_.start(options_.full_wait_ms);
}

int64_t DeadLetterWriter::time_left_ms(const Entry& entry) const {
  const int64_t over_ms = *trouble_since_ms_ + static_cast<int64_t>(options_.hold_ms);
  const int64_t later_ms = entry.since_ms + static_cast<int64_t>(options_.later_hold_ms);
  return (entry.since_ms < over_ms ? over_ms : later_ms) - clock_.steady_ms();
}

// A dead letter in flight cannot expire. Its delivery report follows, and arms the timer again.
void DeadLetterWriter::arm_expiry() {
  if (!failing_ || closing_ || finishing_) return;
  const auto first = std::ranges::find(dead_letters_, false, &Entry::sent);
  if (first == dead_letters_.end()) return;
  expiry_.start(static_cast<uint64_t>(std::max<int64_t>(time_left_ms(*first), 0)));
}

// While the source closes, no dead letter expires: its record is handed out again after the
// restart.
void DeadLetterWriter::expire() {
  if (!failing_ || closing_ || finishing_) return;
  size_t bytes = 0;
  for (auto next = dead_letters_.begin();
       next != dead_letters_.end() && bytes < kExpiredBytesPerIteration;) {
    Entry& entry = *next++;
    if (entry.sent) continue;
    if (time_left_ms(entry) > 0) break;
    bytes += entry.letter.bytes();
    write_to_log(entry.letter);
    settle(entry);
  }
  arm_expiry();
  // The deferred records have waited just as long: they are read again, and then they are logged.
  if (overdue() && bytes < kExpiredBytesPerIteration && std::exchange(was_full_, false)) {
    listener_.on_dead_letter_space();
  }
}

}  // namespace hermod
