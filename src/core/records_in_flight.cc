#include "core/records_in_flight.h"

#include <cassert>
#include <utility>

#include "base/reuse.h"

namespace hermod {

Ticket RecordsInFlight::reserve() {
  assert(count_ + free_.size() <= records_.size());
  if (free_.empty()) {
    free_.push_back(records_.size());
    records_.emplace_back();
  }
  const Ticket ticket = free_.back();
  free_.pop_back();
  return ticket;
}

RecordInFlight& RecordsInFlight::at(Ticket ticket) {
  assert(ticket < records_.size());
  return records_[ticket];
}

void RecordsInFlight::open(Ticket ticket, const Record& record, RecordHold hold,
                           int64_t now_steady_ms) {
  RecordInFlight& entry = at(ticket);
  assert(!entry.open);
  entry.position = record.position;
  entry.hold = std::move(hold);
  entry.bytes = record.value.size();
  entry.received_ms = now_steady_ms;
  entry.open = true;
  entry.revoked = false;
  ++count_;
  bytes_ += entry.bytes;
}

void RecordsInFlight::release(Ticket ticket) {
  RecordInFlight& entry = at(ticket);
  if (std::exchange(entry.open, false)) {
    assert(count_ > 0);
    assert(bytes_ >= entry.bytes);
    --count_;
    bytes_ -= entry.bytes;
  }
  entry.hold.release();
  entry.event.shrink();
  clear_for_reuse(entry.built);
  free_.push_back(ticket);
}

void RecordsInFlight::revoke(uint32_t topic, int32_t partition, uint32_t epoch) {
  for (RecordInFlight& entry : records_) {
    const Position& position = entry.position;
    if (entry.open && position.topic == topic && position.partition == partition &&
        position.epoch <= epoch) {
      entry.revoked = true;
    }
  }
}

void RecordsInFlight::release_holds() {
  for (RecordInFlight& entry : records_) entry.hold.release();
}

size_t RecordsInFlight::reusable_bytes() const {
  size_t bytes = records_.size() * sizeof(RecordInFlight);
  for (const RecordInFlight& entry : records_) {
    bytes += entry.built.capacity() + entry.event.user.capacity() + entry.event.event_id.capacity();
  }
  return bytes;
}

}  // namespace hermod
