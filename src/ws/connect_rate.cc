#include "ws/connect_rate.h"

#include <algorithm>
#include <utility>

#include "base/sip_hash.h"

namespace hermod {

bool ConnectRate::admit(std::string_view user, size_t set, int64_t now_ms) {
  if (limits_.sets_max == 0 || set == 0) return true;
  turn_over(now_ms);
  const uint64_t hash = sip_hash(user, process_sip_key()) | 1;
  int64_t* entry = young_.find(hash);
  const int64_t* const older = entry == nullptr ? old_.find(hash) : nullptr;
  // The time until which the connections so far use the bucket up: it is full when that has passed.
  const int64_t used_until_us = entry != nullptr ? *entry : older != nullptr ? *older : 0;
  const int64_t now_us = now_ms * 1000;
  const int64_t set_us = limits_.set_ms * 1000;
  const int64_t cost_us = std::max<int64_t>(set_us / static_cast<int64_t>(set), 1);
  const int64_t after_us = std::max(used_until_us, now_us) + cost_us;
  if (after_us > now_us + set_us * limits_.sets_max) return false;
  if (entry == nullptr) {
    if (young_.size() >= limits_.users_max) return true;
    entry = &young_.add(hash);
  }
  *entry = after_us;
  return true;
}

void ConnectRate::turn_over(int64_t now_ms) {
  const int64_t full_ms = limits_.set_ms * limits_.sets_max;
  if (now_ms < turned_over_ms_ + full_ms) return;
  old_ = now_ms < turned_over_ms_ + 2 * full_ms ? std::move(young_) : Table();
  young_ = Table();
  turned_over_ms_ = now_ms;
}

// --- the table

ConnectRate::Table::Slot& ConnectRate::Table::slot_of(uint64_t hash) {
  const size_t mask = slots_.size() - 1;
  size_t at = (hash >> 1) & mask;
  while (slots_[at].hash != 0 && slots_[at].hash != hash) at = (at + 1) & mask;
  return slots_[at];
}

int64_t* ConnectRate::Table::find(uint64_t hash) {
  if (slots_.empty()) return nullptr;
  Slot& slot = slot_of(hash);
  return slot.hash == hash ? &slot.used_until_us : nullptr;
}

int64_t& ConnectRate::Table::add(uint64_t hash) {
  if (size_ * 2 >= slots_.size()) grow();
  Slot& slot = slot_of(hash);
  slot.hash = hash;
  ++size_;
  return slot.used_until_us;
}

void ConnectRate::Table::grow() {
  std::vector<Slot> before(std::max<size_t>(2 * slots_.size(), 64));
  before.swap(slots_);
  for (const Slot& slot : before) {
    if (slot.hash != 0) slot_of(slot.hash) = slot;
  }
}

}  // namespace hermod
