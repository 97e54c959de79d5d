#pragma once
// Decides what happens to a record that cannot be routed: it is written to the dead-letter topic,
// read again when there is space, written to the log, or dropped if no topic is configured. Owned
// by KafkaSource, which calls add() for each such record.

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "base/closed.h"
#include "dead_letters/dead_letter_log.h"
#include "dead_letters/dead_letter_writer.h"
#include "kafka_source/kafka_source_options.h"
#include "source/assignment.h"
#include "source/source.h"

namespace hermod {

class DeadLetterRoute {
 public:
  DeadLetterRoute(uv_loop_t* loop, Log& log, const Clock& clock, const KafkaSourceOptions& options,
                  DeadLetterListener& listener);

  Result<void> check() const;  // of the producer's configuration

  // kDone: the caller settles the record. kOpen: its offset stays open.
  enum class Outcome { kDone, kOpen };
  Outcome add(Assignment& assignment, const Position& position, const DeadReason& why,
              const RecordHold& hold);

  // At the limit of dead letters, records wait for space. The wait is short while the topic can be
  // written; if writing fails, on_dead_letters_failing() ends it.
  bool must_wait() const { return writer_ && writer_->full() && writer_->accepts(); }

  uint64_t logged_bytes() const { return dead_letter_log_.bytes(); }
  void describe(SourceStatus& status) const;

  void limit_wait();     // the source is leaving
  bool settled() const;  // no dead letter waits, except for a topic that fails

  // Returns false if there is nothing to close; `closed` is then not called.
  bool close(Closed closed);

 private:
  const Clock& clock_;
  DeadLetterLog dead_letter_log_;
  std::optional<DeadLetterWriter> writer_;  // empty if no topic is configured
};

}  // namespace hermod
