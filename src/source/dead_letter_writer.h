#pragma once
// Writes dead letters to the dead-letter topic. Dead letters that are not acknowledged are produced
// again with back-off. The offset of the record stays open until then, but at most for `hold_ms`;
// after that the dead letter is written to the log and the offset advances.
//
// Dead letters are written in the order of write(). The exception: when a dead letter fails, the
// producer may already have sent the next batch. The producer is created with the first dead
// letter, so a service without bad records has none. Owned by KafkaSource.

#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/closed.h"
#include "kafka/kafka_client.h"
#include "source/dead_letter.h"
#include "source/dead_letter_options.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

class DeadLetterWriter final : private kafka::ClientListener {
 public:
  DeadLetterWriter(uv_loop_t* loop, Log& log, const Clock& clock, DeadLetterOptions options,
                   DeadLetterListener& listener);
  ~DeadLetterWriter();  // close() must have completed, unless write() was never called

  // Returns the error that creating the producer would have. Called at start, so that a wrong
  // configuration is an error there and not when the first dead letter is written.
  Result<void> check() const;

  // full(): a limit is reached. While the topic can be written, write() still accepts dead letters,
  // but the caller should hand out no more records until on_dead_letter_space(). takes(): whether
  // write() accepts dead letters, which it does not while full and failing.
  bool full() const;
  bool takes() const { return !(full() && failing_); }
  bool failing() const { return failing_; }
  // The topic has been failing for longer than a dead letter may wait for it (`hold_ms`).
  bool overdue() const;

  void write(DeadLetter letter);                // precondition: takes()
  void write_to_log(const DeadLetter& letter);  // immediately

  // The owner is closing: from here on, a missing acknowledgement counts as a failure after
  // `full_wait_ms`.
  void finish_now();

  size_t open() const { return dead_letters_.size(); }
  uint64_t written() const { return written_; }
  uint64_t failures() const { return failures_; }
  uint64_t logged() const { return logged_; }
  uint64_t logged_bytes() const { return logged_bytes_; }  // their total size, untruncated
  const std::string& error() const { return error_; }  // empty while dead letters can be written

  // Drops the dead letters that are not acknowledged. Call once, and not from inside a call of the
  // listener.
  void close(Closed closed);

 private:
  struct Entry;
  using Entries = std::list<Entry>;
  struct Entry {
    DeadLetter letter;
    Entries::iterator self;
    bool sent = false;
    bool alone = false;  // the only one in its batch
    int64_t since_ms = 0;
  };
  enum class Sent { kYes, kDropped, kFailed };

  void on_client_error(int code, std::string_view text) override;
  void on_client_events() override;
  void on_delivery(const rd_kafka_message_s& message) override;

  Result<void> ensure_open();
  void pump();
  Sent send(Entry& entry);
  int produce(Entry& entry);
  void acknowledge(Entry& entry);
  void on_too_large(Entry& entry);
  void drop(Entry& entry);
  void settle(Entry& entry);
  void recover();
  void call_back();
  void fail(std::string_view why);
  void expect_answer();
  bool held_too_long() const;
  int64_t time_left_ms(const Entry& entry) const;
  void arm_expiry();
  void expire();
  bool truncate(Entry& entry);
  void finish_close();

  Log& log_;
  DeadLetterOptions options_;
  DeadLetterListener& listener_;
  kafka::Client client_;
  rd_kafka_topic_s* topic_ = nullptr;
  const Clock& clock_;
  uv::Timer retry_;
  uv::Timer answer_;  // runs while records or close wait for an acknowledgement
  uv::Timer expiry_;  // for the first dead letter that reaches its time limit
  uv::Immediate immediate_;
  Backoff backoff_;
  Entries dead_letters_;  // in the order of write()
  size_t bytes_ = 0;
  size_t sent_ = 0;  // number of dead_letters_ that are in flight
  bool failing_ = false;
  // Time of the first failure since which at least one dead letter has always been waiting.
  std::optional<int64_t> trouble_since_ms_;
  int64_t recovered_ms_ = 0;
  bool finishing_ = false;
  // While failing: one dead letter is sent first, and the others follow when it is acknowledged.
  bool may_probe_ = false;
  bool one_by_one_ = false;  // a batch was rejected as too large; send dead letters one at a time
  bool was_full_ = false;
  bool closing_ = false;
  Closed closed_;
  uint64_t written_ = 0;
  uint64_t failures_ = 0;
  uint64_t logged_ = 0;
  uint64_t logged_bytes_ = 0;
  std::string error_;
  std::string last_client_error_;
};

}  // namespace hermod
