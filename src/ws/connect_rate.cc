#include "ws/connect_rate.h"

#include <algorithm>
#include <utility>

#include "base/random.h"
#include "base/sip_hash.h"

namespace hermod {

namespace {

// The shortest delay before a user that connects too often should reconnect. Jitter spreads the
// connections of one attempt.
constexpr int64_t kReconnectDelayMs = 15'000;

uint64_t hash_of(std::string_view user) {
  return sip_hash(user, process_sip_key()) | 1;
}

}  // namespace

Refusal refusal_of_frequent_connects() {
  Refusal refusal = refusal_for(RefusalReason::kConnectsPerUser);
  refusal.retry_after_ms =
      kReconnectDelayMs + static_cast<int64_t>(random_u64() % uint64_t{kReconnectDelayMs});
  return refusal;
}

bool ConnectRate::admit(std::string_view user, size_t set, int64_t now_ms) {
  if (limits_.sets_max == 0 || set == 0) return true;
  rotate(now_ms);
  const uint64_t hash = hash_of(user);
  const int64_t after_us = used_until_us(hash, set, now_ms * 1000);
  if (!fits(after_us, now_ms * 1000)) return false;
  const bool known = current_.find(hash) != nullptr;
  if (known || current_.size() < limits_.users_max) current_.set(hash, after_us);
  return true;
}

bool ConnectRate::is_used_up(std::string_view user, size_t set, int64_t now_ms) const {
  if (limits_.sets_max == 0 || set == 0) return false;
  return !fits(used_until_us(hash_of(user), set, now_ms * 1000), now_ms * 1000);
}

int64_t ConnectRate::used_until_us(uint64_t hash, size_t set, int64_t now_us) const {
  const int64_t* entry = current_.find(hash);
  if (entry == nullptr) entry = previous_.find(hash);
  // The time at which the user's bucket is full again.
  const int64_t before_us = entry != nullptr ? *entry : 0;
  const int64_t cost_us = limits_.set_ms * 1000 / static_cast<int64_t>(set);
  return std::max(before_us, now_us) + std::max<int64_t>(cost_us, 1);
}

void ConnectRate::rotate(int64_t now_ms) {
  const int64_t full_ms = limits_.set_ms * limits_.sets_max;
  if (now_ms < rotated_ms_ + full_ms) return;
  previous_ = now_ms < rotated_ms_ + 2 * full_ms ? std::move(current_) : Table();
  current_ = Table();
  rotated_ms_ = now_ms;
}

// --- the table

size_t ConnectRate::Table::index_of(uint64_t hash) const {
  const size_t mask = slots_.size() - 1;
  size_t at = (hash >> 1) & mask;
  while (slots_[at].hash != 0 && slots_[at].hash != hash) at = (at + 1) & mask;
  return at;
}

const int64_t* ConnectRate::Table::find(uint64_t hash) const {
  if (slots_.empty()) return nullptr;
  const Slot& slot = slots_[index_of(hash)];
  return slot.hash == hash ? &slot.used_until_us : nullptr;
}

void ConnectRate::Table::set(uint64_t hash, int64_t used_until_us) {
  if (size_ * 2 >= slots_.size()) grow();
  Slot& slot = slots_[index_of(hash)];
  if (slot.hash == 0) ++size_;
  slot = {hash, used_until_us};
}

void ConnectRate::Table::grow() {
  std::vector<Slot> before(std::max<size_t>(2 * slots_.size(), 64));
  before.swap(slots_);
  for (const Slot& slot : before) {
    if (slot.hash != 0) slots_[index_of(slot.hash)] = slot;
  }
}

}  // namespace hermod
