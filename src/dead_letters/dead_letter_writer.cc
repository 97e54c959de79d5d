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

// Limits the time of one loop iteration: further dead letters are logged in later ones.
constexpr size_t kExpiredBytesPerIteration = 256 * 1024;

}  // namespace

DeadLetterWriter::DeadLetterWriter(uv_loop_t* loop, Log& log, const Clock& clock,
                                   const DeadLetterOptions& options, DeadLetterLog& dead_letter_log,
                                   DeadLetterListener& listener)
    : dead_letter_log_(dead_letter_log),
      listener_(listener),
      queue_(options, clock),
      sender_(loop, log, options, queue_, *this),
      expiry_(loop, clock, options, queue_, [this] { expire(); }),
      retry_(loop,
             [this] {
               sender_.probe();
               sender_.send_waiting();
             }),
      answer_(loop, options.full_wait_ms,
              [this] { on_send_failed("no acknowledgement within the timeout"); }) {}

void DeadLetterWriter::write(DeadLetter letter) {
  assert(accepts());
  queue_.push(std::move(letter));
  expect_answer();
  if (failing()) expiry_.start();
  sender_.send_waiting();
}

void DeadLetterWriter::on_written(Entry& entry) {
  ++status_.written;
  if (failing()) dead_letter_log_.on_recovered();
  recover();
  if (!queue_.was_full()) expiry_.on_written(entry);
  settle(entry);
}

void DeadLetterWriter::on_rejected(Entry& entry) {
  ++status_.failures;
  dead_letter_log_.on_rejected(entry.letter);
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
  dead_letter_log_.on_failed(why, queue_.size());
  retry_.start();
  expiry_.start();
}

void DeadLetterWriter::recover() {
  if (failing()) expiry_.on_recovered();
  sender_.resume();
  status_.error.clear();
  retry_.reset();
  expiry_.stop();
  answer_.stop();
  expect_answer();
}

void DeadLetterWriter::settle(Entry& entry) {
  const Position position = entry.letter.position;
  queue_.remove(entry);
  if (!full() && !answer_.all_awaited()) answer_.stop();
  listener_.on_dead_letter_settled(position);
  // An earlier reread would write the dead letters that are in flight twice, so it is done only if
  // records have been waiting for too long.
  const bool reread_now = queue_.empty() || (!failing() && expiry_.held_too_long());
  if (queue_.empty()) {
    answer_.stop();
    sender_.on_empty();
    if (!failing()) expiry_.on_empty();
  }
  if (reread_now && !full() && queue_.take_was_full()) listener_.on_dead_letter_space();
}

void DeadLetterWriter::expect_answer() {
  const bool awaited = full() || (answer_.all_awaited() && !queue_.empty());
  if (awaited && !failing()) answer_.start();
}

void DeadLetterWriter::expire() {
  assert(failing());
  size_t bytes = 0;
  while (bytes < kExpiredBytesPerIteration) {
    Entry* const entry = expiry_.first_expired();
    if (entry == nullptr) break;
    bytes += entry->letter.bytes();
    dead_letter_log_.write(entry->letter);
    settle(*entry);
  }
  expiry_.start();
  // The deferred records have waited just as long: they are read again, and then they are logged.
  const bool all_logged = bytes < kExpiredBytesPerIteration;
  if (overdue() && all_logged && queue_.take_was_full()) listener_.on_dead_letter_space();
}

void DeadLetterWriter::limit_wait() {
  answer_.await_all();
  expiry_.end();  // the record of a dead letter that waits is handed out again after the restart
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
  expiry_.end();
  sender_.close(std::move(closed));
}

}  // namespace hermod
