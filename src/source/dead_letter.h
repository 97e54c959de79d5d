#pragma once
// Writes dead letters to their topic for as long as it takes: what is not acknowledged is produced
// again with back-off, and the record's offset stays open until then. They arrive in the order of
// their coming, but for what the producer had sent behind a refused one before that was known. The
// producer begins with the first letter; a service without bad records has none.

#include <cstdint>
#include <functional>
#include <list>
#include <string>

#include "base/backoff.h"
#include "base/closed.h"
#include "source/kafka_client.h"
#include "source/kafka_config.h"
#include "source/letter.h"
#include "uv/soon.h"
#include "uv/timer.h"

namespace hermod {

struct DeadLetterOptions {
  std::string brokers;
  std::string client_id;
  KafkaProperties properties;
  std::string topic;
  size_t letters_max = 1000;            // kept unacknowledged while the topic cannot be written
  size_t bytes_max = 16 * 1024 * 1024;  // the same, in bytes
  size_t cut_bytes = 64 * 1024;  // what is left of a value that the broker refuses for its size
  uint32_t acknowledge_timeout_ms =
      5000;  // without an answer for so long the topic cannot be written
};

class DeadLetterListener {
 public:
  // Or given up: the broker takes it at no size.
  virtual void on_letter_settled(const Position& position) = 0;
  virtual void on_letter_room() = 0;  // it was full, and no letter is left

 protected:
  ~DeadLetterListener() = default;
};

class DeadLetterWriter final : private kafka::ClientListener {
 public:
  DeadLetterWriter(uv_loop_t* loop, Log& log, DeadLetterOptions options,
                   DeadLetterListener& listener);
  ~DeadLetterWriter();  // closed before destroyed, or never written to

  // What would be refused when the first letter comes; asked at start, so that it is an error
  // there.
  Result<void> check() const;

  // At a limit. While the topic can be written, letters are still taken, and the caller should hand
  // out no more records until on_letter_room(); while it cannot, they are not.
  bool full() const;
  bool takes() const { return !(full() && failing_); }

  void write(Letter letter);  // precondition: takes()

  size_t open() const { return letters_.size(); }
  uint64_t written() const { return written_; }
  uint64_t failures() const { return failures_; }
  const std::string& error() const { return error_; }  // empty while letters can be written

  // Gives up what is not acknowledged. Once, and not from inside the listener's calls.
  void close(Closed closed);

 private:
  struct Entry;
  using Entries = std::list<Entry>;
  enum class Sent { kYes, kGivenUp, kFailed };

  void on_client_error(int code, std::string_view text) override;
  void on_client_events() override;
  void on_delivery(const rd_kafka_message_s& message) override;

  Result<rd_kafka_conf_s*> make_conf() const;
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
  bool cut(Entry& entry);
  void finish_close();

  Log& log_;
  DeadLetterOptions options_;
  DeadLetterListener& listener_;
  kafka::Client client_;
  rd_kafka_topic_s* topic_ = nullptr;
  uv::Timer retry_;
  uv::Soon soon_;
  Backoff backoff_;
  Entries letters_;  // in the order of their coming
  size_t bytes_ = 0;
  size_t sent_ = 0;  // of them, under way
  bool failing_ = false;
  bool may_probe_ =
      false;  // while failing: one letter goes first, the others follow when it arrived
  bool one_by_one_ = false;  // a batch was refused for its size, and it is not known whose
  bool was_full_ = false;
  bool closing_ = false;
  Closed closed_;
  uint64_t written_ = 0;
  uint64_t failures_ = 0;
  std::string error_;
  std::string last_client_error_;
};

}  // namespace hermod
