#include "dead_letters/dead_letter_writer.h"

#include <cassert>
#include <utility>

// Normal operation
// - write() queues the dead letter and lets it be sent. When it is written, it is settled: it
//   leaves the queue, and the owner is called.
// Failures
// - The broker accepts the dead letter at no size: it is settled as dropped.
// - The topic fails: the dead letters wait. After a back-off the first waiting one is sent alone;
//   when it is acknowledged, the others follow in order.
// - The limit is reached while the topic fails: accepts() returns false, and the source reads those
//   records again when there is space.
// - A dead letter is held for too long: it is written to the log and settled.

namespace hermod {
namespace {

using Entry = DeadLetterQueue::Entry;

constexpr uint64_t kBackoffFirstMs = 500;
constexpr uint64_t kBackoffMaxMs = 5000;

// Limits the time of one loop iteration: further dead letters are logged in later ones.
constexpr size_t kExpiredBytesPerIteration = 256 * 1024;

}  // namespace

DeadLetterWriter::DeadLetterWriter(uv_loop_t* loop, Log& log, const Clock& clock,
                                   DeadLetterOptions options, DeadLetterLog& dead_letter_log,
                                   DeadLetterListener& listener)
    : log_(log),
      options_(std::move(options)),
      dead_letter_log_(dead_letter_log),
      listener_(listener),
      queue_(options_),
      sender_(loop, log, options_, queue_, *this),
      expiry_(loop, clock, options_, queue_, [this] { expire(); }),
      retry_(loop,
             [this] {
               sender_.probe();
               sender_.send_waiting();
             }),
      backoff_(kBackoffFirstMs, kBackoffMaxMs),
      answer_(loop, [this] { on_send_failed("no acknowledgement within the timeout"); }),
      clock_(clock) {}

void DeadLetterWriter::write(DeadLetter letter) {
  assert(accepts());
  queue_.push(std::move(letter), clock_.steady_ms());
  was_full_ = was_full_ || full();
  expect_answer();
  start_expiry();
  sender_.send_waiting();
}

void DeadLetterWriter::on_written(Entry& entry) {
  ++status_.written;
  if (failing()) log_.info("dead letters can be written again");
  recover();
  if (!was_full_) expiry_.on_written(entry);
  settle(entry);
}

void DeadLetterWriter::on_rejected(Entry& entry) {
  ++status_.failures;
  const Position& position = entry.letter.position;
  log_.write_limited("dead_letter_size", LogLevel::kError,
                     "dropped a dead letter: too large for its topic even when truncated",
                     {{"topic", options_.topic},
                      {"partition", position.partition},
                      {"offset", position.offset},
                      {"error_detail.error_code", to_string(ErrorCode::kKafkaPublish)},
                      {"error_detail.operation", "dead_letter.write"}});
  if (queue_.size() == 1) recover();  // no dead letter is left that could show the recovery
  settle(entry);
}

void DeadLetterWriter::on_send_failed(std::string_view why) {
  ++status_.failures;
  answer_.stop();
  const bool first = !failing();
  sender_.stop();
  if (first) {
    expiry_.on_failed();
    listener_.on_dead_letters_failing();
  }
  status_.error = why;
  log_.write_limited("dead_letter", LogLevel::kError, "dead letters cannot be written, retrying",
                     {{"topic", options_.topic},
                      {"error", why},
                      {"waiting", queue_.size()},
                      {"error_detail.error_code", to_string(ErrorCode::kKafkaPublish)},
                      {"error_detail.operation", "dead_letter.write"}});
  if (!retry_.active()) retry_.start(backoff_.next_ms());
  start_expiry();
}

void DeadLetterWriter::recover() {
  if (failing()) expiry_.on_recovered();
  sender_.resume();
  status_.error.clear();
  backoff_.reset();
  retry_.stop();
  expiry_.stop();
  answer_.stop();
  expect_answer();
}

void DeadLetterWriter::settle(Entry& entry) {
  const Position position = entry.letter.position;
  queue_.remove(entry);
  if (!full() && !wait_limited_) answer_.stop();
  listener_.on_dead_letter_settled(position);
  // An earlier reread would write the dead letters that are in flight twice, so it is done only if
  // records have been waiting for too long.
  const bool reread_now = queue_.empty() || (!failing() && expiry_.held_too_long());
  if (queue_.empty()) {
    answer_.stop();
    sender_.on_empty();
    if (!failing()) expiry_.on_empty();
  }
  if (reread_now && !full()) announce_space();
}

void DeadLetterWriter::announce_space() {
  if (std::exchange(was_full_, false)) listener_.on_dead_letter_space();
}

void DeadLetterWriter::expect_answer() {
  const bool awaited = full() || (wait_limited_ && !queue_.empty());
  if (awaited && !failing() && !answer_.active()) answer_.start(options_.full_wait_ms);
}

// While the source closes, no dead letter expires: its record is handed out again after the
// restart.
void DeadLetterWriter::start_expiry() {
  if (failing() && !wait_limited_) expiry_.start();
}

void DeadLetterWriter::expire() {
  assert(failing());
  assert(!wait_limited_);
  size_t bytes = 0;
  while (bytes < kExpiredBytesPerIteration) {
    Entry* const entry = expiry_.first_expired();
    if (entry == nullptr) break;
    bytes += entry->letter.bytes();
    dead_letter_log_.write(entry->letter);
    settle(*entry);
  }
  start_expiry();
  // The deferred records have waited just as long: they are read again, and then they are logged.
  if (overdue() && bytes < kExpiredBytesPerIteration) announce_space();
}

void DeadLetterWriter::limit_wait() {
  wait_limited_ = true;
  expiry_.stop();
  expect_answer();
}

DeadLetterStatus DeadLetterWriter::status() const {
  DeadLetterStatus status = status_;
  status.open = queue_.size();
  return status;
}

void DeadLetterWriter::close(Closed closed) {
  retry_.stop();
  answer_.stop();
  expiry_.stop();
  sender_.close(std::move(closed));
}

}  // namespace hermod
