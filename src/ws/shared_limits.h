#pragma once
// The limits over several connections of one WsServer, which owns it. Passes each event of a
// connection to the limit that it concerns.

#include "ws/connection_limits.h"
#include "ws/outbox_bound.h"
#include "ws/quota_queue.h"

namespace hermod {

class SharedLimits final : public ConnectionLimits {
 public:
  explicit SharedLimits(WsShared& shared) : quota_queue_(shared), outbox_bound_(shared) {}

  void on_waiting(WsPeer& peer) override { quota_queue_.add(peer); }
  void on_waiting_due(WsPeer& peer) override { quota_queue_.on_due(peer); }
  void on_waiting_ended(WsPeer& peer) override { quota_queue_.remove(peer); }
  void on_user_change(std::string_view user) override { quota_queue_.on_change(user); }
  bool any_waiting() const override { return !quota_queue_.empty(); }
  void on_unsent(WsPeer& peer, size_t unsent_bytes) override {
    outbox_bound_.set_unsent(peer, unsent_bytes);
  }
  void on_all_sent(WsPeer& peer) override {
    if (!outbox_bound_.empty()) outbox_bound_.forget(peer);
  }

  // See OutboxBound::enforce().
  bool enforce_memory() { return outbox_bound_.enforce(); }

 private:
  QuotaQueue quota_queue_;
  OutboxBound outbox_bound_;
};

}  // namespace hermod
