#pragma once
// Port: an observer of each record, message and connection. Implemented by the test harness. The
// service has no observer, which costs a null check.
//
// All calls are made on the loop, from inside the components. An implementation only stores what it
// needs, and must not call back into them.

#include <cstdint>
#include <string_view>

#include "base/stream_id.h"
#include "bus/bus.h"
#include "core/shared_frame.h"
#include "source/source.h"

namespace hermod {

class Session;

class Observer {
 public:
  // The bus has replied to a record. `user` is its recipient.
  virtual void on_settled(const Position& position, std::string_view user,
                          PublishOutcome outcome) = 0;

  // The record is an envelope of an external type, or above the age limit.
  virtual void on_skipped(const Position& position) = 0;

  // A message was removed from the outbox to be written. A null `stream_id`: an external message.
  virtual void on_sent(const Session& session, StreamId stream_id, const SharedFrame& message) = 0;

  // The client has confirmed everything up to this stream id.
  virtual void on_confirmed(const Session& session, StreamId upto) = 0;

  virtual void on_connected(uint64_t connection, const Session& session) = 0;

  // `code` is that of the first close frame of either side, or 1006 without one.
  virtual void on_disconnected(uint64_t connection, const Session& session, uint16_t code) = 0;

  // The hub announces to the users that the bus is unavailable, or available again.
  virtual void on_degraded() = 0;
  virtual void on_restored() = 0;

 protected:
  ~Observer() = default;
};

}  // namespace hermod
