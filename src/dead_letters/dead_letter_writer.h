#pragma once
// Writes dead letters to the dead-letter topic. Dead letters that are not acknowledged are produced
// again with back-off. The offset of the record stays open until then, but at most for `hold_ms`;
// after that the dead letter is written to the log and the offset advances.
//
// Dead letters are written in the order of write(); DeadLetterSender names the one exception. Owned
// by KafkaSource. The parts: DeadLetterQueue keeps the dead letters, DeadLetterSender sends them,
// DeadLetterExpiry limits how long they are held. This class decides what a result means.

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/closed.h"
#include "dead_letters/acknowledge_timeout.h"
#include "dead_letters/dead_letter_expiry.h"
#include "dead_letters/dead_letter_log.h"
#include "dead_letters/dead_letter_options.h"
#include "dead_letters/dead_letter_queue.h"
#include "dead_letters/dead_letter_sender.h"
#include "dead_letters/retry_timer.h"

namespace hermod {

class DeadLetterWriter final : private DeadLetterSenderListener {
 public:
  // `clock`, `dead_letter_log` and `listener` must outlive the writer.
  DeadLetterWriter(uv_loop_t* loop, Log& log, const Clock& clock, const DeadLetterOptions& options,
                   DeadLetterLog& dead_letter_log, DeadLetterListener& listener);

  // Returns the error that creating the producer would have. Called at start, so that a wrong
  // configuration is an error there and not when the first dead letter is written.
  Result<void> check() const { return sender_.check(); }

  // full(): a limit is reached. While the topic can be written, write() still accepts dead letters,
  // but the caller should hand out no more records until on_dead_letter_space(). accepts(): whether
  // write() accepts dead letters, which it does not while full and failing.
  bool full() const { return queue_.full(); }
  bool accepts() const { return !(full() && failing()); }
  bool failing() const { return sender_.stopped(); }
  // The topic has been failing for longer than a dead letter may wait for it (`hold_ms`).
  bool overdue() const { return failing() && expiry_.held_too_long(); }

  void write(DeadLetter letter);  // precondition: accepts()

  // The owner is closing: from now on, a missing acknowledgement counts as a failure after
  // `full_wait_ms`, and no dead letter expires.
  void limit_wait();

  DeadLetterStatus status() const;

  // Drops the dead letters that are not acknowledged. Call once, and not from inside a call of the
  // listener. `closed` is called in a later loop iteration.
  void close(Closed closed);

 private:
  void on_written(DeadLetterQueue::Entry& entry) override;
  void on_rejected(DeadLetterQueue::Entry& entry) override;
  void on_send_failed(std::string_view why) override;
  void settle(DeadLetterQueue::Entry& entry);
  void recover();
  void expect_answer();
  void expire();

  DeadLetterLog& dead_letter_log_;
  DeadLetterListener& listener_;
  DeadLetterQueue queue_;
  DeadLetterSender sender_;
  DeadLetterExpiry expiry_;
  RetryTimer retry_;
  AcknowledgeTimeout answer_;
  DeadLetterStatus status_;
};

}  // namespace hermod
