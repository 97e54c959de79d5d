#include "redis_leases/lease_queue.h"

#include <algorithm>
#include <cassert>

namespace hermod {

LeaseQueue::Entry& LeaseQueue::set(const LeaseRequest& request, int64_t now_ms) {
  const auto [found, added] = leases_.try_emplace(std::string(request.user));
  Lease& lease = found->second;
  lease.count = request.count;
  lease.held = request.held;
  lease.limit = request.limit;
  lease.since_ms = now_ms;
  lease.removals = 0;
  if (added)
    make_ready(*found);
  else
    lease.changed = !lease.ready;
  return *found;
}

void LeaseQueue::make_ready(Entry& entry) {
  assert(!entry.second.ready);
  entry.second.ready = true;
  ready_.push_back(&entry);
}

LeaseQueue::Entry& LeaseQueue::send() {
  assert(has_ready());
  Entry& entry = *ready_.front();
  ready_.pop_front();
  entry.second.ready = entry.second.changed = false;
  flight_.push_back(&entry);
  return entry;
}

LeaseQueue::Entry* LeaseQueue::pop() {
  assert(!flight_.empty());
  Entry* const entry = flight_.front();
  flight_.pop_front();
  return entry;
}

void LeaseQueue::finish(Entry& entry) {
  if (entry.second.changed) return retry(entry);
  leases_.erase(leases_.find(entry.first));
}

void LeaseQueue::retry(Entry& entry) {
  make_ready(entry);
}

void LeaseQueue::delay(Entry& entry) {
  assert(!entry.second.ready);
  entry.second.ready = true;
  delayed_.push_back(&entry);
}

void LeaseQueue::resume_delayed() {
  ready_.insert(ready_.end(), delayed_.begin(), delayed_.end());
  delayed_.clear();
}

std::vector<std::pair<std::string, uint32_t>> LeaseQueue::asked() const {
  std::vector<std::pair<std::string, uint32_t>> users;
  for (const auto& [user, lease] : leases_) {
    if (lease.asked()) users.emplace_back(user, lease.count);
  }
  return users;
}

void LeaseQueue::keep_all() {
  for (auto& [user, lease] : leases_) {
    if (!lease.asked()) continue;
    lease.held = lease.count;
    lease.changed = !lease.ready;
  }
}

void LeaseQueue::ask_all() {
  for (auto& [user, lease] : leases_) {
    lease.held = 0;
    lease.changed = !lease.ready;
  }
}

std::vector<std::pair<std::string, LeaseQueue::Lease>> LeaseQueue::release(
    const UserPredicate& leaves) {
  std::vector<std::pair<std::string, Lease>> released;
  const auto drops = [&](const Entry* entry) { return entry != nullptr && leaves(entry->first); };
  std::erase_if(ready_, drops);
  std::erase_if(delayed_, drops);
  std::replace_if(flight_.begin(), flight_.end(), drops, nullptr);
  std::erase_if(leases_, [&](const Entry& entry) {
    if (!leaves(entry.first)) return false;
    released.emplace_back(entry);
    return true;
  });
  return released;
}

}  // namespace hermod
