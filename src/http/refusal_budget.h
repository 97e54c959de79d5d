#pragma once
// Limits the time that the process spends on refused upgrades of one address. Each refusal is
// charged with its cost on the loop, and the budget of an address refills with time. Above the
// budget, a refused upgrade gets a short HTTP response instead of a WebSocket and a close frame.
// For IPv6, each /64 has a budget, and each /48 has four times as much. The budget is used only for
// requests that are refused anyway, so that a valid token is never refused because of other clients
// at its address. Owned by HttpServer, called by UpgradePolicy. The time is an argument.

#include <cstddef>
#include <cstdint>
#include <map>

#include "http/client_network.h"

namespace hermod {

struct RefusalBudgetLimits {
  int64_t refusal_us = 200;       // cost of an upgrade with a close frame, without the signature
  int64_t us_per_s = 20'000;      // refill of one address: 100 such upgrades per second
  int64_t us_max = 500'000;       // burst of one address: 2,500 such upgrades
  size_t addresses_max = 65'536;  // counted addresses, and as many sites; others are not limited
};

class RefusalBudget {
 public:
  explicit RefusalBudget(RefusalBudgetLimits limits) : limits_(limits) {}

  // Charges a refusal whose signature took `signature_us` to verify. Returns false if the budget of
  // the address is used up.
  [[nodiscard]] bool take(const IpAddress& client, int64_t signature_us, int64_t now_ms);

  // Retry-After of a client for which take() returned false, in seconds.
  int64_t retry_after_s() const { return limits_.us_max / 4 / limits_.us_per_s + 1; }

  size_t address_count() const { return by_allotment_.spent.size(); }

 private:
  struct Spent {
    int64_t us = 0;  // spent and not refilled at `at_ms`
    int64_t at_ms = 0;
  };

  // Networks of one size. Each has `share` times the limits.
  struct Level {
    std::map<IpAddress, Spent> spent;
    int64_t share = 1;
  };

  // The spent budget of the key; nullptr if it is not counted, because the map is full.
  Spent* find_or_add(Level& level, const IpAddress& key, int64_t now_ms) const;
  int64_t still_spent_us(const Level& level, const Spent& spent, int64_t now_ms) const;
  bool has_room(const Level& level, const Spent* spent, int64_t now_ms) const;
  void charge(const Level& level, Spent* spent, int64_t cost_us, int64_t now_ms) const;
  void remove_refilled(Level& level, int64_t now_ms) const;

  RefusalBudgetLimits limits_;
  Level by_allotment_;
  Level by_site_{.spent = {}, .share = kSiteShare};  // only IPv6
  int64_t cleaned_at_ms_ = 0;
};

}  // namespace hermod
