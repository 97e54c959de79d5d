#pragma once
// Computes the deadlines of one connection from its times and the options. Owned by PeerTraffic. It
// has no clock; the caller passes the time.
//
// - ping: every ping_interval_ms, with a phase per connection; delivery pings count;
// - pong: nothing received for pong_timeout_ms after a ping, or after bytes that the kernel does
//   not accept. The kernel of a slow client accepts bytes, that of a dead one does not: the timeout
//   restarts whenever it accepts some;
// - input: nothing received for idle_timeout_ms;
// - expiry of the token, on the wall clock.
//
// All times are on the steady clock unless the name says otherwise.

#include <cstdint>
#include <optional>

#include "core/instant.h"

namespace hermod {

struct SocketState;
struct WsOptions;

class PeerDeadlines {
 public:
  // The state of the output, on which the deadlines also depend.
  struct Output {
    uint64_t connection = 0;  // the id, which determines the phase of the pings
    bool blocked = false;     // the library has unsent bytes: no ping can be sent
    bool ping_outstanding = false;
    int64_t pinged_ms = 0;              // time of the last ping; 0: none yet
    std::optional<int64_t> delayed_ms;  // when output that the session delays is due
  };
  enum class Overdue : uint8_t { kNothing, kPong, kInput };

  void begin(int64_t now_ms);  // the upgrade is complete
  void set_expiry(int64_t wall_ms) { expires_at_wall_ms_ = wall_ms; }
  void on_received(int64_t at_ms);  // data was received at this time, at the latest
  void on_progress(int64_t at_ms);  // the client's kernel accepted data at this time

  // Considers data that the kernel has received or sent and the loop has not seen yet.
  void update(const SocketState& socket, int64_t now_ms);

  bool begun() const { return since_ms_ >= 0; }
  int64_t since_ms() const { return since_ms_; }
  int64_t received_ms() const { return received_ms_; }
  int64_t expires_at_wall_ms() const { return expires_at_wall_ms_; }

  Overdue overdue(int64_t now_ms, const Output& output, const WsOptions& options) const;
  bool is_ping_due(int64_t now_ms, const Output& output, const WsOptions& options) const;

  // When the client should have answered a request of `asked_ms` to prove that it is alive. A ping
  // that was outstanding at that time counts from the time it was sent.
  int64_t answer_due_ms(int64_t asked_ms, const Output& output, const WsOptions& options) const;

  // The earliest deadline.
  int64_t next_ms(Instant now, const Output& output, const WsOptions& options) const;

 private:
  std::optional<int64_t> ping_due_ms(const Output& output, const WsOptions& options) const;
  std::optional<int64_t> pong_due_ms(const Output& output, const WsOptions& options) const;

  int64_t since_ms_ = -1;    // when the upgrade was complete; -1: it is not
  int64_t received_ms_ = 0;  // when data was last received
  int64_t progress_ms_ = 0;  // when the client's kernel last accepted data
  int64_t expires_at_wall_ms_ = 0;
};

}  // namespace hermod
