#pragma once
// Port: who sees what happens to each record, text and connection: the harness of an embedder's
// tests. The service has none, which costs it a null check.
//
// All calls come on the loop, from deep inside the parts: an implementation notes what it needs and
// calls nothing back.

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
  // The bus has answered a record; `user` is who it was for.
  virtual void on_settled(const Position& position, std::string_view user,
                          PublishOutcome outcome) = 0;

  // It was an envelope of another type.
  virtual void on_skipped(const Position& position) = 0;

  // A text was taken from the outbox and goes to the kernel. A null place: foreign.
  virtual void on_sent(const Session& session, StreamId stream_id, const SharedFrame& message) = 0;

  // The client has answered everything up to this place.
  virtual void on_confirmed(const Session& session, StreamId upto) = 0;

  virtual void on_connected(uint64_t connection, const Session& session) = 0;

  // `code` is that of the first close frame of either side, 1006 where there was none.
  virtual void on_disconnected(uint64_t connection, const Session& session, uint16_t code) = 0;

  // What users are told: the bus is lost, or back.
  virtual void on_degraded() = 0;
  virtual void on_restored() = 0;

 protected:
  ~Observer() = default;
};

}  // namespace hermod
