#include "core/client_refusals.h"

#include <algorithm>
#include <cassert>

namespace hermod {
namespace {

// The name of a device has no slash.
std::string key_of(const ClientRefusals::Device& device) {
  return std::string(device.name).append("/").append(device.user);
}

}  // namespace

bool ClientRefusals::add(const Device& device, StreamId upto, bool alone, int64_t now_ms) {
  assert(upto);
  const std::string key = key_of(device);
  auto found = devices_.find(key);
  if (found == devices_.end()) {
    make_room(now_ms);
    assert(devices_.size() < kDevicesMax);
    found = devices_.emplace(key, Refusal{}).first;
  }
  Refusal& refusal = found->second;
  refusal.at_ms = now_ms;
  const bool again = upto <= refusal.upto;
  refusal.upto = std::max(refusal.upto, upto);
  if (alone && again) refusal.skipped = upto;
  return alone && again;
}

bool ClientRefusals::find(const Device& device, StreamId position, int64_t now_ms) const {
  const auto found = devices_.find(key_of(device));
  return found != devices_.end() && position < found->second.upto &&
         now_ms < found->second.at_ms + kKeptMs;
}

bool ClientRefusals::skips(const Device& device, StreamId stream_id) const {
  if (devices_.empty() || !stream_id) return false;
  const auto found = devices_.find(key_of(device));
  return found != devices_.end() && found->second.skipped == stream_id;
}

void ClientRefusals::make_room(int64_t now_ms) {
  if (devices_.size() < kDevicesMax) return;
  std::erase_if(devices_, [&](const auto& one) { return now_ms >= one.second.at_ms + kKeptMs; });
  if (devices_.size() < kDevicesMax) return;
  devices_.erase(
      std::ranges::min_element(devices_, {}, [](const auto& one) { return one.second.at_ms; }));
}

}  // namespace hermod
