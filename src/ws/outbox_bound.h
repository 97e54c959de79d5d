#pragma once
// Bounds the memory that all connections of a server together hold for what their clients have not
// taken: OUTBOX_TOTAL_BYTES_MAX. A message counts once for each connection whose outbox has it, so
// that the count is above the memory where a user has several connections, and never below it.
//
// Only a connection whose client is behind is listed here, so a message costs nothing. The list is
// walked when the bound is exceeded, and then an eighth of the bound is freed at once: the fullest
// outboxes are closed with 1013, or lose messages, by SLOW_CLIENT_POLICY.

#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace hermod {

class WsPeer;
struct WsShared;

class OutboxBound {
 public:
  explicit OutboxBound(WsShared& shared) : shared_(shared) {}
  OutboxBound(const OutboxBound&) = delete;
  OutboxBound& operator=(const OutboxBound&) = delete;

  // The client of `peer` is behind; these bytes have left the outbox, and wait for the kernel.
  void set_behind(WsPeer& peer, size_t unsent_bytes);

  // It has caught up, or is gone. Idempotent.
  void forget(WsPeer& peer);

  bool empty() const { return behind_.empty(); }

  // At the end of a loop iteration. True: it did something, and should look again in the next one.
  bool enforce();

 private:
  uint64_t free_memory_of(WsPeer& peer, uint64_t held);

  WsShared& shared_;
  std::unordered_map<WsPeer*, size_t> behind_;  // and how much is unsent
};

}  // namespace hermod
