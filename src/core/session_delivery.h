#pragma once
// Writes the messages of one connection, and tracks which of them the client has confirmed. Base
// class of Session.
//
// - write_next() removes frames from the outbox in order, and stores the stream id up to which all
//   messages are written.
// - A ping follows them: at most one outstanding, and at most one per delivery_ping_ms.
// - Its pong confirms the messages that were written before it, and may advance the ack cursor.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/delivery_ack.h"
#include "core/instant.h"
#include "core/session_outbox.h"

namespace hermod {

class SessionDelivery : public SessionOutbox {
 public:
  // Appends a ping (heartbeat). Does nothing while a ping is outstanding.
  void ping(Instant now, std::string& out);

  bool ping_outstanding() const { return ack_.outstanding(); }
  int64_t pinged_at_ms() const { return ack_.pinged_at_ms(); }  // steady, last ping; 0: none yet

  // Steady time of a ping that delivery_ping_ms delays, or nullopt.
  std::optional<int64_t> ping_due_ms() const;
  // The same for any output that is delayed: the ping, or the frame `welcome`.
  std::optional<int64_t> output_due_ms() const;

  // The newest written stream id if the client has not confirmed it yet, else null.
  StreamId unconfirmed() const;

  // --- called by SessionFrames

  StreamId written() const { return ack_.written(); }  // the newest one that the client was sent
  StreamId confirmed() const { return ack_.confirmed(); }  // the newest one that it confirmed

  // The client has received everything up to `stream_id`. Returns false if there is nothing to
  // confirm.
  bool confirm_upto(StreamId stream_id);

  // --- called by Hub

  bool has_position() const { return has_position_; }  // its position is in the bus, or will be
  // The bus may have lost the position, or another process may have turned it into a hold.
  void repeat_position() const;

  void expedite_ping();  // the pings may be sent earlier from now on

  // Sends a notice that the bus is unavailable (`degraded`) or available again. knows() returns
  // whether it was the last such notice.
  void announce(Outbox::Item notice, bool degraded);
  bool knows(bool degraded) const { return stopped_ || degraded_ == degraded; }

 protected:
  SessionDelivery(SessionHost& host, Peer& peer) : SessionOutbox(host, peer) {}
  ~SessionDelivery() = default;

  // Whether one more message may be sent, after `written` messages in this loop iteration.
  bool may_send(size_t written) const {
    return !one_by_one_ || (written == 0 && !ack_.outstanding());
  }

  // Removes the next message from the outbox and appends its frame.
  Outbox::Item write_next(Instant now, std::string& out);

  void append_ping(Instant now, std::string& out) { ack_.append_ping(now.steady_ms, out); }

  // Nothing is sent any more. The messages that wait are discarded.
  void stop();

 private:
  bool ping_wanted() const;

  bool stopped_ = false;
  bool degraded_ = false;  // the last notice was service_degraded, not service_restored

 protected:
  bool has_position_ = false;
  // The members of Session begin in its padding, because there is one for each connection.
  [[no_unique_address]] DeliveryAck ack_;
};

}  // namespace hermod
