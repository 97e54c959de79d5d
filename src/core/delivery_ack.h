#pragma once
// Tracks which messages a client has confirmed. Owned by SessionDelivery.
//
// After messages, the session sends a ping whose payload is a counter; at most one is outstanding.
// Its pong confirms everything that was written before the ping.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/stream_id.h"

namespace hermod {

class DeliveryAck {
 public:
  StreamId written() const { return written_; }
  StreamId pinged() const { return pinged_; }
  StreamId confirmed() const { return confirmed_; }
  bool outstanding() const { return outstanding_; }
  int64_t pinged_at_ms() const { return pinged_at_ms_; }
  bool proven() const { return proven_; }

  // Whether a message was written after the last ping, and no ping is outstanding.
  bool ping_wanted() const { return !outstanding_ && written_ != pinged_; }

  // Steady time at which the wanted ping is due. The first one is due at once.
  int64_t due_ms(int64_t pace_ms) const { return pinged_at_ms_ == 0 ? 0 : pinged_at_ms_ + pace_ms; }

  void on_written(StreamId stream_id) { written_ = stream_id; }

  // The outbox is empty: the messages up to `newest` were written or dropped.
  void on_emptied(StreamId newest) { written_ = std::max(written_, newest); }

  // Precondition: no ping is outstanding.
  void append_ping(int64_t now_steady_ms, std::string& out);

  // Returns true if this is the pong to the outstanding ping. Everything up to pinged() is then
  // confirmed. Other pongs are unsolicited (RFC 6455 section 5.5.3).
  [[nodiscard]] bool on_pong(std::string_view payload);

  // The client has received everything up to `stream_id`.
  void confirm(StreamId stream_id) {
    if (comes_after(stream_id, confirmed_)) confirmed_ = stream_id;
  }

  // For connections without delivery pings: a written message counts as confirmed. Returns true if
  // pinged() advanced.
  [[nodiscard]] bool confirm_written();

  // The client has received everything up to `stream_id`; null: nothing.
  void start_at(StreamId stream_id) { written_ = pinged_ = confirmed_ = stream_id; }

  // The messages after `stream_id` are sent again.
  void go_back(StreamId stream_id) {
    written_ = std::min(written_, stream_id);
    pinged_ = std::min(pinged_, stream_id);
    confirmed_ = std::min(confirmed_, stream_id);
  }

 private:
  StreamId written_;          // the newest up to which everything was written or dropped
  StreamId pinged_;           // the value of written_ when the last ping was sent
  StreamId confirmed_;        // the client has confirmed everything up to it
  int64_t pinged_at_ms_ = 0;  // steady, of the last ping; 0: none yet
  uint32_t counter_ = 0;      // payload of the last ping
  bool outstanding_ = false;
  bool proven_ = false;  // the client has answered a ping
};

}  // namespace hermod
