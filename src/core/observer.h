#pragma once
// Port: an observer of records, messages, connections and the bus. The console, the outage notifier
// and the test harness implement the events that they need; the default bodies do nothing.
// Observers calls it.
//
// All calls are made on the loop, from inside the components. Except in on_bus_state(), an
// implementation only stores what it needs, and must not call back into them.

#include <cstdint>
#include <string_view>

#include "base/stream_id.h"
#include "bus/bus.h"
#include "core/shared_frame.h"
#include "source/source.h"

namespace hermod {

class Session;

// A record that becomes a dead letter. The views are valid only during the call.
struct DeadRecord {
  const Position& position;
  DeadReason why;
  std::string_view field;  // the faulty field; empty if the fault is not in one field
  std::string_view key;
  std::string_view value;
  const RecordHold& hold;
};

class Observer {
 public:
  // --- events of each record and message

  // The bus has replied to a record. `user` is its recipient.
  virtual void on_settled(const Position& /*position*/, std::string_view /*user*/,
                          PublishOutcome /*outcome*/) {}

  // The record is not routed: it is an envelope of an external type, or above the age limit.
  virtual void on_skipped(const Position& /*position*/) {}

  // A message was removed from the outbox to be written. A null `stream_id`: an external message.
  virtual void on_sent(const Session& /*session*/, StreamId /*stream_id*/,
                       const SharedFrame& /*message*/) {}

  // The client has confirmed everything up to this stream id.
  virtual void on_confirmed(const Session& /*session*/, StreamId /*upto*/) {}

  // --- rare events

  virtual void on_dead_letter(const DeadRecord& /*record*/) {}

  virtual void on_connected(uint64_t /*connection*/, const Session& /*session*/) {}

  // `code` is that of the first close frame of either side, or 1006 without one.
  virtual void on_disconnected(uint64_t /*connection*/, const Session& /*session*/,
                               uint16_t /*code*/) {}

  // The state of a shard of the bus changed. An implementation may call OutageAnnouncer.
  virtual void on_bus_state(ShardId /*shard*/, BusState /*state*/) {}

  // The hub announces to the users of a shard that it is unavailable, or available again.
  virtual void on_degraded(ShardId /*shard*/) {}
  virtual void on_restored(ShardId /*shard*/) {}

 protected:
  ~Observer() = default;
};

}  // namespace hermod
