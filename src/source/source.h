#pragma once
// Port: the source of notification records. Implementations: KafkaSource (librdkafka on the loop)
// and MemorySource (in-memory). Both pass tests/contract/source_contract.cc.
//
// A source hands out the records of each partition in order. A record is settled when done() or
// dead_letter() is called for its position. Records that are not settled when the process ends are
// handed out again after a restart.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/closed.h"
#include "hermod/result.h"
#include "source/record.h"

namespace hermod {

// Why a record could not be routed. It is written to the headers of the dead letter (protocol
// section 1).
struct DeadReason {
  std::string_view reason;  // one label of a fixed set, such as "invalid_json"; static storage
  ErrorCode code = ErrorCode::kValidation;
};

// Receives the records and the state of a source. All calls come on the loop, and never from inside
// a call of a Source function.
class SourceListener {
 public:
  // Receives one record. The record is open until done() or dead_letter() is called for its
  // position, which may happen inside this call. The views in `record` are valid as long as `hold`
  // exists. kStop makes the source hand out no further records until resume().
  enum class Next { kMore, kStop };
  virtual Next on_record(const Record& record, RecordHold hold) = 0;

  // The partition was revoked from this process; this concerns assignment epoch `epoch` and older
  // ones. The listener should drop the open records of the partition that it has not forwarded.
  // Settling an open record of a revoked partition does not move an offset.
  virtual void on_revoked(uint32_t topic, int32_t partition, uint32_t epoch) = 0;

  // The connection to the broker: kUp means that the broker answers and records can be consumed.
  // Called only when the state changes; the initial state is kDown. `reason` says why the source is
  // down, and never contains secrets.
  enum class State { kUp, kDown };
  virtual void on_source_state(State state, std::string_view reason) = 0;

 protected:
  ~SourceListener() = default;
};

// A snapshot for health pages and metrics.
struct SourceStatus {
  bool up = false;
  bool consumes = true;  // false: the process has no source of records (KAFKA_CONSUME)
  std::string reason;    // why the source is down; empty when up
  std::string brokers;   // the brokers' addresses, shown on /healthz/kafka
  std::vector<std::string> missing_topics;  // subscribed topics that do not exist yet
  uint64_t partitions_assigned = 0;         // to this process
  int64_t joined_for_ms = -1;               // time since the group was joined; -1: not a member
  uint64_t open = 0;                        // records handed out and not settled
  uint64_t partitions_deferred = 0;         // that must be read again, because of deferred records
  uint64_t dead_letters_open = 0;           // dead letters produced and not acknowledged
  uint64_t dead_letters_written = 0;
  uint64_t dead_letter_failures = 0;
  uint64_t dead_letters_logged = 0;  // not written in time; only in the log
  int64_t oldest_held_ms = 0;        // age of the oldest held offset whose later records are done
  uint64_t records_lost = 0;         // discarded by the embedded broker before they were read
  std::string dead_letter_error;  // the last error while dead letters cannot be written; else empty
  struct Lag {
    std::string topic;
    int32_t partition;
    int64_t records;  // from the last record handed out to the end of the partition; -1: unknown
  };
  std::vector<Lag> lag;  // one entry for each partition assigned to this process
};

class Source {
 public:
  virtual ~Source() = default;  // close() must have completed

  // Starts consuming. Returns an error only for permanent failures, such as a configuration that
  // librdkafka rejects. An unavailable broker is not an error: the source waits for it. `listener`
  // must outlive close().
  virtual Result<void> start(SourceListener& listener) = 0;

  // Settles a record that was routed or that needs no routing. It is not handed out again.
  virtual void done(const Position& position) = 0;

  // Settles a record that cannot be routed. The source writes it to the dead-letter destination, or
  // counts and drops it if none is configured, and only then lets the offset advance past it.
  // `hold` is the one that came with the record.
  virtual void dead_letter(const Position& position, const DeadReason& why,
                           const RecordHold& hold) = 0;

  // Sets a record aside instead of settling it: it is no longer open, and its offset does not
  // advance. The record is handed out again after read_deferred(), or after a restart.
  virtual void defer(const Position& position) = 0;

  // Reads each partition with deferred records again, from its first record that is not settled, in
  // a later loop iteration: on_revoked() ends its assignment epoch, and its records come again,
  // including those that were settled meanwhile. A source may also do this without being asked.
  virtual void read_deferred() = 0;

  // Ends the back-pressure of Next::kStop: the source hands out records again.
  virtual void resume() = 0;

  virtual SourceStatus status() const = 0;

  // Stops handing out records, waits until the open records are settled (at most `patience_ms`; 0:
  // does not wait), stores the offsets and leaves the group. Idempotent. `left` is called once, in
  // a later loop iteration. Records that are settled after that move no offset, and are handed out
  // again after a restart.
  virtual void leave(uint64_t patience_ms, Closed left) = 0;

  // Leaves without waiting, if leave() was not called, and releases all resources. Idempotent.
  // `closed` is called once, in a later loop iteration, after every RecordHold was released.
  virtual void close(Closed closed) = 0;
};

}  // namespace hermod
