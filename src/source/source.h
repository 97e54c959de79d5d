#pragma once
// Port: where notification records come from. Implementations: KafkaSource (librdkafka on the loop)
// and MemorySource (in-process). Both are held to tests/contract/source_contract.cc.
//
// A source hands out each record of a partition in order, and forgets it only when it is told that
// it is settled: done() or dead_letter(). What was not settled when the process ends comes again.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/closed.h"
#include "hermod/result.h"
#include "source/record.h"

namespace hermod {

// Why a record could not be routed; goes into the dead letter's headers (protocol section 1).
struct DeadReason {
  std::string_view reason;  // a label of a fixed set, e.g. "invalid_json"; static storage
  ErrorCode code = ErrorCode::kValidation;
};

// What a source tells upward, always on the loop and never inside a call from above.
class SourceListener {
 public:
  // Accepts the record. It is open until done() or dead_letter() is called for its position, which
  // may happen inside this call; its views are valid as long as `hold`. Returning kStop asks the
  // source to hand out no more until resume().
  enum class Next { kMore, kStop };
  virtual Next on_record(const Record& record, RecordHold hold) = 0;

  // The end of a batch of records handed out in one turn.
  virtual void on_batch_end() = 0;

  // This partition is no longer ours (`epoch` and older ones are meant): what of it is open and not
  // sent on yet should be dropped. To settle an open record of it changes no offset.
  virtual void on_revoked(uint32_t topic, int32_t partition, uint32_t epoch) = 0;

  // The way to the broker: kUp when it answers and records can come. Only changes are told,
  // `reason` says in words why it is down (no secrets); it starts as down.
  enum class State { kUp, kDown };
  virtual void on_source_state(State state, std::string_view reason) = 0;

 protected:
  ~SourceListener() = default;
};

// A snapshot for health pages and metrics.
struct SourceStatus {
  bool up = false;
  std::string reason;                       // why it is down, empty when up
  std::string brokers;                      // where it reads from, shown on /healthz/kafka
  std::vector<std::string> missing_topics;  // subscribed but not existing yet
  uint64_t partitions_assigned = 0;         // to this process
  int64_t joined_for_ms = -1;               // since the group was joined; -1: not a member
  uint64_t open = 0;                        // handed out and not settled
  uint64_t dead_letters_open = 0;           // produced and not acknowledged
  uint64_t dead_letters_written = 0;
  uint64_t dead_letter_failures = 0;
  uint64_t dead_letters_logged = 0;  // not written in time: they stand in the log alone
  int64_t oldest_held_ms = 0;  // for how long an offset has been held while later records are done
  uint64_t records_lost = 0;   // an in-process broker dropped them before they were read
  std::string dead_letter_error;  // the last one while dead letters cannot be written, else empty
  struct Lag {
    std::string topic;
    int32_t partition;
    int64_t records;  // between what was handed out last and the partition's end; -1 unknown
  };
  std::vector<Lag> lag;  // one for each partition assigned to us
};

class Source {
 public:
  virtual ~Source() = default;  // closed before destroyed

  // Begins; answers an error only for what no waiting can mend (a configuration librdkafka
  // refuses). A broker that is away is not an error: it is waited for. `listener` outlives close().
  virtual Result<void> start(SourceListener& listener) = 0;

  // This record is routed, or needs no routing: it need never come again.
  virtual void done(const Position& position) = 0;

  // This record cannot be routed: keep it where people look for such (or count and drop it where no
  // such place is configured), and only then take it as done. Settles it for the caller at once.
  // `hold` is the one that came with the record.
  virtual void dead_letter(const Position& position, const DeadReason& why,
                           const RecordHold& hold) = 0;

  // Back-pressure after Next::kStop: hand out records again.
  virtual void resume() = 0;

  virtual SourceStatus status() const = 0;

  // Hands out nothing more, waits until what is open is settled (at most `patience_ms`, 0 = not at
  // all), stores the offsets and leaves. Idempotent; `left` comes once, in a later loop iteration.
  // What is settled after that moves no offset, and comes again.
  virtual void leave(uint64_t patience_ms, Closed left) = 0;

  // Leaves without patience where that has not happened, and ends. Idempotent; `closed` comes once,
  // in a later loop iteration, when every RecordHold was given back.
  virtual void close(Closed closed) = 0;
};

}  // namespace hermod
