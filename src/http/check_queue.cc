#include "http/check_queue.h"

#include <algorithm>
#include <cassert>

#include "http/client_network.h"

namespace hermod {

bool CheckQueue::has_share(int64_t now_ms) {
  const int64_t passed_ms = std::clamp<int64_t>(now_ms - refilled_at_ms_, 0, 1'000);
  refilled_at_ms_ = now_ms;
  left_us_ = std::min(left_us_ + passed_ms * limits_.us_per_s / 1'000, limits_.us_max);
  return left_us_ > 0;
}

void CheckQueue::add(const IpAddress& client, Connection& connection) {
  const IpAddress key = site(client);
  auto& queue = queues_[key];
  if (queue.empty()) order_.push_back(key);
  queue.push_back(&connection);
  assert(order_.size() == queues_.size());
}

void CheckQueue::remove(const IpAddress& client, const Connection& connection) {
  const auto found = queues_.find(site(client));
  if (found == queues_.end()) return;
  std::erase(found->second, &connection);
  if (!found->second.empty()) return;
  std::erase(order_, found->first);
  queues_.erase(found);
  assert(order_.size() == queues_.size());
}

Connection* CheckQueue::take_next() {
  if (order_.empty()) return nullptr;
  const IpAddress key = order_.front();
  order_.pop_front();
  const auto queue = queues_.find(key);
  assert(queue != queues_.end());
  assert(!queue->second.empty());
  Connection* const next = queue->second.front();
  queue->second.pop_front();
  if (queue->second.empty()) {
    queues_.erase(queue);
  } else {
    order_.push_back(key);
  }
  return next;
}

}  // namespace hermod
