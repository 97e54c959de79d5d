#include "http/refusal_budget.h"

#include <algorithm>
#include <cassert>

namespace hermod {
namespace {

constexpr int64_t kCleanIntervalMs = 1'000;

}  // namespace

int64_t RefusalBudget::still_spent_us(const Level& level, const Spent& spent,
                                      int64_t now_ms) const {
  assert(spent.us >= 0);
  const int64_t refilled_us = (now_ms - spent.at_ms) * limits_.us_per_s * level.share / 1'000;
  return std::max<int64_t>(spent.us - refilled_us, 0);
}

bool RefusalBudget::take(const IpAddress& client, int64_t signature_us, int64_t now_ms) {
  assert(signature_us >= 0);
  if (now_ms - cleaned_at_ms_ >= kCleanIntervalMs) {
    cleaned_at_ms_ = now_ms;
    remove_refilled(by_allotment_, now_ms);
    remove_refilled(by_site_, now_ms);
  }
  Spent* const allotment_spent = find_or_add(by_allotment_, allotment(client), now_ms);
  Spent* const site_spent = client.is_v4() ? nullptr : find_or_add(by_site_, site(client), now_ms);
  const bool fits =
      has_room(by_allotment_, allotment_spent, now_ms) && has_room(by_site_, site_spent, now_ms);
  // The signature is charged even if the budget is used up, because it was verified.
  const int64_t cost_us = signature_us + (fits ? limits_.refusal_us : 0);
  charge(by_allotment_, allotment_spent, cost_us, now_ms);
  charge(by_site_, site_spent, cost_us, now_ms);
  return fits;
}

RefusalBudget::Spent* RefusalBudget::find_or_add(Level& level, const IpAddress& key,
                                                 int64_t now_ms) const {
  const auto found = level.spent.find(key);
  if (found != level.spent.end()) return &found->second;
  if (level.spent.size() >= limits_.addresses_max) return nullptr;
  return &level.spent.emplace(key, Spent{0, now_ms}).first->second;
}

bool RefusalBudget::has_room(const Level& level, const Spent* spent, int64_t now_ms) const {
  if (spent == nullptr) return true;
  return still_spent_us(level, *spent, now_ms) + limits_.refusal_us <= limits_.us_max * level.share;
}

void RefusalBudget::charge(const Level& level, Spent* spent, int64_t cost_us,
                           int64_t now_ms) const {
  if (spent == nullptr) return;
  const int64_t sum_us = still_spent_us(level, *spent, now_ms) + cost_us;
  assert(sum_us >= 0);
  *spent = {std::min(sum_us, limits_.us_max * level.share), now_ms};
}

void RefusalBudget::remove_refilled(Level& level, int64_t now_ms) const {
  std::erase_if(level.spent,
                [&](const auto& one) { return still_spent_us(level, one.second, now_ms) == 0; });
}

}  // namespace hermod
