#pragma once
// Limits the memory that all connections of a server together hold for slow clients
// (OUTBOX_TOTAL_BYTES_MAX). A message counts once for each outbox that has it, so the count is
// higher than the real memory if a user has several connections, and never lower.
//
// Only connections with unsent output are listed here, so a message to a fast client costs nothing.
// If the limit is exceeded, the list is sorted and an eighth of the limit is freed at once: the
// connections with the fullest outboxes are closed with 1013, or lose messages, according to
// SLOW_CLIENT_POLICY. Owned by SharedLimits.

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

  // Lists `peer` as a connection with unsent output. `unsent_bytes` have left its outbox and wait
  // for the kernel.
  void set_unsent(WsPeer& peer, size_t unsent_bytes);

  // Removes `peer`, which has no unsent output any more or was closed. Idempotent.
  void forget(WsPeer& peer);

  bool empty() const { return unsent_bytes_.empty(); }

  // Called at the end of a loop iteration. Returns true if it closed connections or dropped
  // messages; the caller then flushes them and calls it again in the next iteration.
  bool enforce();

 private:
  uint64_t free_memory_of(WsPeer& peer, uint64_t held);

  WsShared& shared_;
  std::unordered_map<WsPeer*, size_t> unsent_bytes_;  // and its unsent bytes
};

}  // namespace hermod
