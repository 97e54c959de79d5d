#include "kafka_source/dead_letter_route.h"

#include <utility>

#include "kafka/kafka_owned.h"

namespace hermod {

DeadLetterRoute::DeadLetterRoute(uv_loop_t* loop, Log& log, const Clock& clock,
                                 const KafkaSourceOptions& options, DeadLetterListener& listener)
    : clock_(clock), dead_letter_log_(log, options.dead_letter_topic) {
  if (options.dead_letter_topic.empty()) return;
  DeadLetterOptions letters;
  letters.brokers = options.brokers;
  letters.client_id = options.client_id;
  letters.properties = options.properties;
  letters.topic = options.dead_letter_topic;
  letters.dead_letters_max = options.dead_letters_max;
  letters.hold_ms = options.dead_letter_hold_ms;
  writer_.emplace(loop, log, clock, letters, dead_letter_log_, listener);
}

Result<void> DeadLetterRoute::check() const {
  return writer_ ? writer_->check() : Result<void>();
}

DeadLetterRoute::Outcome DeadLetterRoute::add(Assignment& assignment, const Position& position,
                                              const DeadReason& why, const RecordHold& hold) {
  if (!writer_ || !assignment.current(position)) return Outcome::kDone;
  if (!writer_->accepts() && !writer_->overdue()) {
    assignment.defer(position);
    return Outcome::kOpen;
  }
  if (!assignment.release(position)) return Outcome::kOpen;
  const auto& message = *static_cast<const rd_kafka_message_t*>(hold.memory());
  DeadLetter letter = make_dead_letter(message, position, why, iso8601(clock_.wall_ms()));
  if (!writer_->accepts()) {
    dead_letter_log_.write(letter);
    return Outcome::kDone;
  }
  writer_->write(std::move(letter));
  return Outcome::kOpen;
}

void DeadLetterRoute::describe(SourceStatus& status) const {
  status.dead_letters_logged = dead_letter_log_.written();
  if (!writer_) return;
  DeadLetterStatus written = writer_->status();
  status.dead_letters_open = written.open;
  status.dead_letters_written = written.written;
  status.dead_letter_failures = written.failures;
  status.dead_letter_error = std::move(written.error);
}

void DeadLetterRoute::limit_wait() {
  if (writer_) writer_->limit_wait();
}

bool DeadLetterRoute::settled() const {
  return !writer_ || writer_->status().open == 0 || writer_->failing();
}

bool DeadLetterRoute::close(Closed closed) {
  if (writer_) writer_->close(std::move(closed));
  return writer_.has_value();
}

}  // namespace hermod
