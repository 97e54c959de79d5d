// The leases of MemoryBus. They pass through the queue of requests, so that the last lease() for a
// user is also stored last. During an outage of the shard, everything is granted and stored, since
// Redis gets it after the outage.
#include "bus/memory_bus.h"

namespace hermod {

LeaseAnswer MemoryBus::lease(const LeaseRequest& request) {
  LeaseRequest asked = request;
  if (shards_.at(shard_of(request.user)).faults.down()) asked.held = asked.count;
  enqueue({PendingRequest::Kind::kLease, std::string(request.user), 0, {}, {}, {}, asked});
  const bool answered = asked.held < asked.count && state_ < State::kClosing;
  return answered ? LeaseAnswer::kLater : LeaseAnswer::kGranted;
}

void MemoryBus::answer_lease(LeaseRequest request) {
  const bool asked = request.held < request.count;
  if (shards_.at(shard_of(request.user)).faults.down()) request.held = request.count;
  const uint32_t granted = presence_->lease(process_, request, liveness_);
  events_.on_lease(request.user);
  if (asked) texts_->on_lease(request.user, granted);
}

void MemoryBus::sweep(std::string_view process) {
  presence_->sweep(process);
  events_.on_sweep(process);
}

void MemoryBus::rejoin_all() {
  for (ShardId shard = 0; shard < shards_.count(); ++shard) lose_leases(shard);
}

void MemoryBus::lose_leases(ShardId shard) {
  subscriptions_.for_each([this, shard](const std::string& user, uint64_t /*number*/) {
    if (shard_of(user) != shard) return;
    enqueue({PendingRequest::Kind::kLost, user, 0, {}, {}, {}});
  });
}

void MemoryBus::revoke(const RevokeRequest& request, RevokeDone done) {
  PendingRequest pending{.kind = PendingRequest::Kind::kRevoke, .user = std::string(request.user)};
  pending.revocation = request;
  pending.revoked = std::move(done);
  enqueue(std::move(pending));
}

}  // namespace hermod
