#include "bus/memory_subscriptions.h"

#include <cassert>
#include <utility>

namespace hermod {

uint64_t MemorySubscriptions::add(std::string_view user) {
  if (users_.contains(user)) return 0;
  users_.emplace(user, Subscription{++last_number_});
  return last_number_;
}

void MemorySubscriptions::remove(std::string_view user) {
  const auto found = users_.find(user);
  if (found != users_.end()) users_.erase(found);
}

bool MemorySubscriptions::confirm(std::string_view user, uint64_t number) {
  assert(number > 0);
  assert(number <= last_number_);
  const auto found = users_.find(user);
  if (found == users_.end() || found->second.number != number) return false;
  return !std::exchange(found->second.confirmed, true);
}

void MemorySubscriptions::unconfirm(const std::function<bool(std::string_view user)>& belongs) {
  for (auto& [user, subscription] : users_) {
    if (belongs(user)) subscription.confirmed = false;
  }
}

uint64_t MemorySubscriptions::renew(std::string_view user) {
  const auto found = users_.find(user);
  if (found == users_.end()) return 0;
  found->second = Subscription{++last_number_};
  return last_number_;
}

bool MemorySubscriptions::is_confirmed(std::string_view user) const {
  const auto found = users_.find(user);
  return found != users_.end() && found->second.confirmed;
}

}  // namespace hermod
