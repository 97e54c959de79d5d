#include "redis_subscribe/recent_events.h"

#include <cassert>

#include "base/text_hash.h"

namespace hermod {
namespace {

// Two events with the same key count as one event, with a probability of 2^-64 for each pair. The
// hash of the user has a random key, so users cannot choose ids for it.
uint64_t key_of(std::string_view user, uint64_t hash) {
  return TextHash{}(user) ^ (hash * 0x9e3779b97f4a7c15U);
}

}  // namespace

void RecentEvents::add(std::string_view user, uint64_t hash) {
  if (hash == 0) return;
  const int64_t now_ms = clock_.steady_ms();
  while (!recent_.empty() &&
         (recent_.size() >= kEventsMax || recent_.front().at_ms < now_ms - kRememberedMs)) {
    recent_.pop_front();
  }
  recent_.push_back({key_of(user, hash), now_ms});
  if (!before_.empty() && !looks_up()) before_.clear();
}

// Events of an earlier failover stay, because their repeats may still be waiting to be routed.
void RecentEvents::on_failover() {
  if (!looks_up() || before_.size() + recent_.size() > 2 * kEventsMax) before_.clear();
  for (const Event& event : recent_) before_.emplace(event.key, event.at_ms);
  recent_.clear();
  looked_up_until_ms_ = clock_.steady_ms() + kLookedUpMs;
  assert(before_.size() <= 2 * kEventsMax);
}

std::optional<int64_t> RecentEvents::received_ms(std::string_view user, uint64_t hash) const {
  if (hash == 0 || before_.empty() || !looks_up()) return std::nullopt;
  const auto found = before_.find(key_of(user, hash));
  return found == before_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace hermod
