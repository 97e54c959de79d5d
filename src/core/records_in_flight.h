#pragma once
// The records that were given to the bus and wait for its reply, limited in number and bytes. Owned
// by Ingest. Entries are reused, so that small strings keep their memory.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "bus/bus.h"
#include "core/record_trace.h"
#include "events/event.h"
#include "source/record.h"

namespace hermod {

struct RecordInFlight {
  Position position;
  RecordHold hold;  // released when the bus replies, or reports that it never will
  Event event;
  std::string built;  // the message payload if the format builds one
  size_t bytes = 0;
  ShardId shard = kNoShard;  // of the user when the record was given to the bus
  int64_t received_ms = 0;
  bool open = false;  // given to the bus
  bool revoked = false;
  RecordTrace trace;
};

class RecordsInFlight {
 public:
  RecordsInFlight(size_t records_max, size_t bytes_max)
      : records_max_(records_max), bytes_max_(bytes_max) {}

  // Returns a free entry, which release() frees again.
  Ticket reserve();

  RecordInFlight& at(Ticket ticket);

  // Counts a reserved entry against the limits.
  void open(Ticket ticket, const Record& record, RecordHold hold, int64_t now_steady_ms);
  void release(Ticket ticket);

  size_t count() const { return count_; }

  // Whether a limit is reached; and has_room(): whether a quarter of each limit is free again.
  bool full() const { return count_ >= records_max_ || bytes_ >= bytes_max_; }
  bool has_room() const { return count_ <= records_max_ / 4 * 3 && bytes_ <= bytes_max_ / 4 * 3; }

  // Marks the open records of a partition, of this assignment epoch and older ones.
  void revoke(uint32_t topic, int32_t partition, uint32_t epoch);

  // Gives all records back to the source, because the bus sends no more replies.
  void release_holds();

  size_t reusable_bytes() const;  // a lower bound of the memory kept for reuse

 private:
  std::deque<RecordInFlight> records_;  // a deque, because the bus has views into them
  std::vector<Ticket> free_;
  size_t records_max_;
  size_t bytes_max_;
  size_t count_ = 0;  // of open records
  size_t bytes_ = 0;  // of their values
};

}  // namespace hermod
