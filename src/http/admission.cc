#include "http/admission.h"

namespace hermod {

bool Admission::exempt(const IpAddress& address) const {
  return address.is_loopback() || any_contains(exempt_, address);
}

bool Admission::add_silent(const IpAddress& address) {
  if (exempt(address)) return true;
  const IpAddress key = allotment(address);
  const auto found = silent_.find(key);
  if (found == silent_.end()) {
    if (silent_.size() < limits_.addresses_max) silent_.emplace(key, 1);
    return true;
  }
  if (found->second >= limits_.silent_sockets_max) return false;
  ++found->second;
  return true;
}

void Admission::remove_silent(const IpAddress& address) {
  // Also for one that has become exempt since it was counted.
  const auto found = silent_.find(allotment(address));
  if (found != silent_.end() && --found->second == 0) silent_.erase(found);
}

// One window for all addresses, begun by the first failure after the last one ended.
void Admission::turn_window(int64_t now_ms) {
  if (now_ms - window_start_ms_ < limits_.window_ms) return;
  failures_.clear();
  window_start_ms_ = now_ms;
}

void Admission::on_failed_token(const IpAddress& address, int64_t now_ms) {
  if (exempt(address)) return;
  turn_window(now_ms);
  const IpAddress key = allotment(address);
  const auto found = failures_.find(key);
  if (found != failures_.end()) {
    ++found->second;
  } else if (failures_.size() < limits_.addresses_max) {
    failures_.emplace(key, 1);
  }
}

int64_t Admission::blocked_for_ms(const IpAddress& address, int64_t now_ms) {
  turn_window(now_ms);
  if (exempt(address)) return 0;
  const auto found = failures_.find(allotment(address));
  if (found == failures_.end() || found->second < limits_.failures_max) return 0;
  return window_start_ms_ + limits_.window_ms - now_ms;
}

}  // namespace hermod
