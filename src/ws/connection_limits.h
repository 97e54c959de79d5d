#pragma once
// Port: the limits over several connections of a server, as one connection sees them. Implemented
// by SharedLimits; called by the connections. A call may admit, refuse or close connections.

#include <cstddef>
#include <string_view>

namespace hermod {

class WsPeer;

class ConnectionLimits {
 public:
  // --- the limit of a user's connections (QuotaQueue)

  // `peer` was upgraded, and its user has as many connections as allowed.
  virtual void on_waiting(WsPeer& peer) = 0;
  virtual void on_waiting_due(WsPeer& peer) = 0;    // its deadline has passed
  virtual void on_waiting_ended(WsPeer& peer) = 0;  // it closes before the decision

  // A connection of the user received data, or was closed.
  virtual void on_user_change(std::string_view user) = 0;
  virtual bool any_waiting() const = 0;

  // --- the limit of the memory of all outboxes (OutboxBound)

  // `peer` has output that is not sent. `unsent_bytes` have left its outbox and wait for the
  // kernel.
  virtual void on_unsent(WsPeer& peer, size_t unsent_bytes) = 0;
  virtual void on_all_sent(WsPeer& peer) = 0;  // or it was closed; idempotent

 protected:
  ~ConnectionLimits() = default;
};

}  // namespace hermod
