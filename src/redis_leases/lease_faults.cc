// What RedisLeases does when Redis rejects a call or cannot answer it: the prologue of
// redis_leases.cc lists the cases.
#include <utility>

#include "redis/reply.h"
#include "redis_leases/redis_leases.h"

namespace hermod {
namespace {

constexpr uint64_t kRefusedMs = 1000;
constexpr uint64_t kMovedMs = 20;
constexpr int64_t kMovedPatienceMs = 1000;

}  // namespace

void RedisLeases::on_error(LeaseQueue::Entry* entry, const std::string& words) {
  if (is_error_of(words, "NOSCRIPT")) {
    if (entry != nullptr) queue_.retry(*entry);
    if (state_ == State::kClosing) return timer_.start(0);
    return redis_.scripts.load_again();
  }
  if (concern_of(words) == Concern::kUser) {
    redis_.redirects.on_redirected(words);
    if (entry == nullptr) return;
    const bool late = redis_.clock().steady_ms() - entry->second.since_ms > kMovedPatienceMs;
    queue_.delay(*entry);
    if (late) grant(*entry);
    if (!timer_.active()) timer_.start(kMovedMs);
    return;
  }
  redis_.log.write_limited("lease", LogLevel::kWarning,
                           "Redis rejected the number of a user's connections; the limit of a user "
                           "holds for this process only",
                           {{"error", words}});
  if (entry == nullptr) return;
  const Concern concern = concern_of(words);
  const bool was_refused =
      std::exchange(refused_, concern == Concern::kRedis ||
                                  (concern == Concern::kUnknown && faults_.failed(entry->first)));
  grant(*entry);
  if (!refused_) return queue_.finish(*entry);
  queue_.delay(*entry);
  timer_.start(kRefusedMs);
  if (!was_refused) grant_all();
}

void RedisLeases::grant(LeaseQueue::Entry& entry) {
  LeaseQueue::Lease& lease = entry.second;
  if (!lease.asked()) return;
  if (!taken_) lease.held = lease.count;
  const std::string user = entry.first;
  if (state_ < State::kClosing) listener_->on_lease(user, lease.count);
}

// After a suspension, the answer of Redis still decides when it comes.
void RedisLeases::grant_all() {
  const auto asked = queue_.asked();
  if (!taken_) queue_.keep_all();
  for (const auto& [user, count] : asked) listener_->on_lease(user, count);
}

}  // namespace hermod
