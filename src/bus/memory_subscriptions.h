#pragma once
// The subscriptions of MemoryBus. A subscription is confirmed in a later loop iteration, and its
// number distinguishes it from an earlier one of the same user. Owned by MemoryBus.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/text_hash.h"

namespace hermod {

class MemorySubscriptions {
 public:
  // The number of the new subscription; 0: the user has one already.
  uint64_t add(std::string_view user);
  void remove(std::string_view user);

  // Confirms the subscription with this number. False: it no longer exists, or was confirmed.
  bool confirm(std::string_view user, uint64_t number);

  // Takes back the confirmations of the users for which `belongs` returns true.
  void unconfirm(const std::function<bool(std::string_view user)>& belongs);

  // Takes back the user's confirmation and gives the subscription a new number, which is returned;
  // 0: the user has no subscription.
  uint64_t renew(std::string_view user);
  bool wants(std::string_view user) const { return users_.contains(user); }
  bool is_confirmed(std::string_view user) const;

  // Calls `visit` with the user and the number of each subscription.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& [user, subscription] : users_) visit(user, subscription.number);
  }

  size_t size() const { return users_.size(); }

 private:
  struct Subscription {
    uint64_t number = 0;
    bool confirmed = false;
  };

  std::unordered_map<std::string, Subscription, TextHash, std::equal_to<>> users_;
  uint64_t last_number_ = 0;
};

}  // namespace hermod
