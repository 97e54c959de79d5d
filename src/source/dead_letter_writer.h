#pragma once
// Writes dead letters to their topic: what is not acknowledged is produced again with back-off, and
// the record's offset stays open until then, but not for longer than `hold_ms`. After that the log
// is the letter's last place, and the offset goes on. They arrive in the order of their coming, but
// for what the producer had sent after a refused one before that was known. The producer begins
// with the first letter; a service without bad records has none.

#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/closed.h"
#include "source/dead_letter.h"
#include "source/dead_letter_options.h"
#include "source/kafka_client.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

class DeadLetterWriter final : private kafka::ClientListener {
 public:
  DeadLetterWriter(uv_loop_t* loop, Log& log, const Clock& clock, DeadLetterOptions options,
                   DeadLetterListener& listener);
  ~DeadLetterWriter();  // closed before destroyed, or never written to

  // What would be refused when the first letter comes; asked at start, so that it is an error
  // there.
  Result<void> check() const;

  // At a limit. While the topic can be written, letters are still taken, and the caller should hand
  // out no more records until on_letter_room(); while it cannot, they are not.
  bool full() const;
  bool takes() const { return !(full() && failing_); }
  bool failing() const { return failing_; }
  // The topic cannot be written for longer than a letter may wait for it.
  bool overdue() const;

  void write(DeadLetter letter);                // precondition: takes()
  void write_to_log(const DeadLetter& letter);  // at once

  // Its owner is about to end: without an acknowledgement within `full_wait_ms` letters fail.
  void hurry();

  size_t open() const { return dead_letters_.size(); }
  uint64_t written() const { return written_; }
  uint64_t failures() const { return failures_; }
  uint64_t logged() const { return logged_; }
  uint64_t logged_bytes() const { return logged_bytes_; }  // of the same, whole
  const std::string& error() const { return error_; }      // empty while letters can be written

  // Gives up what is not acknowledged. Once, and not from inside the listener's calls.
  void close(Closed closed);

 private:
  struct Entry;
  using Entries = std::list<Entry>;
  struct Entry {
    DeadLetter letter;
    Entries::iterator self;
    bool sent = false;
    bool alone = false;  // in its batch
    int64_t since_ms = 0;
  };
  enum class Sent { kYes, kGivenUp, kFailed };

  void on_client_error(int code, std::string_view text) override;
  void on_client_events() override;
  void on_delivery(const rd_kafka_message_s& message) override;

  Result<void> ensure_open();
  void pump();
  Sent send(Entry& entry);
  int produce(Entry& entry);
  void acknowledge(Entry& entry);
  void on_too_large(Entry& entry);
  void give_up(Entry& entry);
  void settle(Entry& entry);
  void recover();
  void call_back();
  void fail(std::string_view why);
  void expect_answer();
  bool held_too_long() const;
  int64_t time_left_ms(const Entry& entry) const;
  void arm_expiry();
  void expire();
  bool cut(Entry& entry);
  void finish_close();

  Log& log_;
  DeadLetterOptions options_;
  DeadLetterListener& listener_;
  kafka::Client client_;
  rd_kafka_topic_s* topic_ = nullptr;
  const Clock& clock_;
  uv::Timer retry_;
  uv::Timer answer_;  // runs while good records or the end wait for an acknowledgement
  uv::Timer expiry_;  // of the first letter that has waited for too long
  uv::Immediate immediate_;
  Backoff backoff_;
  Entries dead_letters_;  // in the order of their coming
  size_t bytes_ = 0;
  size_t sent_ = 0;  // of them, under way
  bool failing_ = false;
  // The first failure since which there has been a letter that waits.
  std::optional<int64_t> trouble_since_ms_;
  int64_t recovered_ms_ = 0;
  bool hurried_ = false;
  bool may_probe_ =
      false;  // while failing: one letter goes first, the others follow when it arrived
  bool one_by_one_ = false;  // a batch was refused for its size, and it is not known whose
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
