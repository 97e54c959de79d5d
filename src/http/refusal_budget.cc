#include "http/refusal_budget.h"

#include <algorithm>

namespace hermod {
namespace {

constexpr int64_t kForgetEveryMs = 1'000;

}  // namespace

int64_t RefusalBudget::still_spent_us(const Spent& spent, int64_t now_ms) const {
  return std::max<int64_t>(spent.us - (now_ms - spent.at_ms) * limits_.us_per_s / 1'000, 0);
}

bool RefusalBudget::take(const IpAddress& client, int64_t signature_us, int64_t now_ms) {
  if (now_ms - forgot_at_ms_ >= kForgetEveryMs) forget_the_recovered(now_ms);
  const IpAddress key = site(client);
  auto found = spent_.find(key);
  if (found == spent_.end()) {
    if (spent_.size() >= limits_.addresses_max) return true;
    found = spent_.emplace(key, Spent{0, now_ms}).first;
  }
  Spent& spent = found->second;
  const int64_t before_us = still_spent_us(spent, now_ms);
  const bool fits = before_us + limits_.refusal_us <= limits_.us_max;
  // A signature is charged in any case: it was checked.
  const int64_t cost_us = signature_us + (fits ? limits_.refusal_us : 0);
  spent = {std::min(before_us + cost_us, limits_.us_max), now_ms};
  return fits;
}

void RefusalBudget::forget_the_recovered(int64_t now_ms) {
  forgot_at_ms_ = now_ms;
  std::erase_if(spent_, [&](const auto& one) { return still_spent_us(one.second, now_ms) == 0; });
}

}  // namespace hermod
