#pragma once
// What one address may make the process work on upgrades that are refused. Each costs what it
// takes of the loop; the budget of an address comes back with time. Beyond it such an upgrade gets
// a short HTTP answer instead of a WebSocket and a close frame. An IPv6 address has the budget of
// its /64, and its /48 has four times as much. Only asked about a request that is
// refused in any case: a token that verifies is never refused for its neighbours. Pure: time comes
// as an argument.

#include <cstddef>
#include <cstdint>
#include <map>

#include "http/ip_address.h"

namespace hermod {

struct RefusalBudgetLimits {
  int64_t refusal_us = 200;       // an upgrade that ends with a close frame, without its signature
  int64_t us_per_s = 20'000;      // of one address: 100 such upgrades a second,
  int64_t us_max = 500'000;       // and 2,500 at once
  size_t addresses_max = 65'536;  // remembered at a time, and as many sites; others are not counted
};

class RefusalBudget {
 public:
  explicit RefusalBudget(RefusalBudgetLimits limits) : limits_(limits) {}

  // A refusal that also took `signature_us`. False: the budget of the address is used up.
  [[nodiscard]] bool take(const IpAddress& client, int64_t signature_us, int64_t now_ms);

  // When the address should try again, after take() said no.
  int64_t retry_after_s() const { return limits_.us_max / 4 / limits_.us_per_s + 1; }

  size_t address_count() const { return by_allotment_.spent.size(); }

 private:
  struct Spent {
    int64_t us = 0;  // not yet come back
    int64_t at_ms = 0;
  };

  // Networks of one size, each of which may have `share` times the limits.
  struct Level {
    std::map<IpAddress, Spent> spent;
    int64_t share = 1;
  };

  // What is spent of the key's budget; nothing where it is not counted.
  Spent* find_or_add(Level& level, const IpAddress& key, int64_t now_ms) const;
  int64_t still_spent_us(const Level& level, const Spent& spent, int64_t now_ms) const;
  bool has_room(const Level& level, const Spent* spent, int64_t now_ms) const;
  void charge(const Level& level, Spent* spent, int64_t cost_us, int64_t now_ms) const;
  void forget_the_recovered(Level& level, int64_t now_ms) const;

  RefusalBudgetLimits limits_;
  Level by_allotment_;
  Level by_site_{.spent = {}, .share = kSiteShare};  // of IPv6 only
  int64_t forgot_at_ms_ = 0;
};

}  // namespace hermod
