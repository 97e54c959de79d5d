#include "bus/memory_cursors.h"

#include <algorithm>

namespace hermod {

StreamId MemoryCursors::of_device(const std::string& device) const {
  const auto found = devices_.find(device);
  return found != devices_.end() ? found->second.stream_id : user_;
}

StreamId MemoryCursors::begin(const Cursor& cursor, StreamId last, const Now& now) {
  const std::string device(cursor.device);
  if (cursor.connection == 0) return std::min(of_device(device), last);
  const Key own{device, cursor.connection};
  if (const auto known = connections_.find(own); known != connections_.end()) {
    return std::min(known->second.stream_id, last);
  }
  StreamId position = of_device(device);
  std::erase_if(connections_, [&](const auto& entry) {
    return entry.second.held_until_ms && *entry.second.held_until_ms < now.steady_ms;
  });
  for (const auto& [key, one] : connections_) {
    if (key.first == device) position = std::min(position, one.stream_id);
  }
  if (const auto hold = highest_hold(device); hold != connections_.end()) connections_.erase(hold);
  position = std::min(position, last);
  if (!device.empty()) remember(device, position, now);
  connections_[own] = {position};
  return position;
}

void MemoryCursors::lower(const Cursor& cursor, StreamId position) {
  const auto found = connections_.find({std::string(cursor.device), cursor.connection});
  if (found != connections_.end()) found->second.stream_id = position;
}

void MemoryCursors::acknowledge(const Cursor& cursor, StreamId stream_id, bool ended) {
  const std::string device(cursor.device);
  user_ = std::max(user_, stream_id);
  if (const auto found = devices_.find(device); found != devices_.end()) {
    found->second.stream_id = std::max(found->second.stream_id, stream_id);
  } else if (!device.empty()) {
    devices_[device].stream_id = stream_id;
  }
  if (cursor.connection == 0) return;
  const Key own{device, cursor.connection};
  if (ended && !connections_.contains(own)) return;
  Position& position = connections_[own];
  position.stream_id = std::max(position.stream_id, stream_id);
  if (!ended) position.held_until_ms.reset();
}

void MemoryCursors::end(const Cursor& cursor, CursorEnd end, const Now& now) {
  const std::string device(cursor.device);
  const auto found = connections_.find({device, cursor.connection});
  if (found == connections_.end()) return;
  if (end == CursorEnd::kClean || now.hold_ms == 0) {
    connections_.erase(found);
    return;
  }
  found->second.held_until_ms = now.steady_ms + now.hold_ms;
  const auto is_held = [&](const auto& entry) {
    return entry.first.first == device && entry.second.held_until_ms;
  };
  const auto holds = std::count_if(connections_.begin(), connections_.end(), is_held);
  if (static_cast<size_t>(holds) > kHoldsMax) connections_.erase(highest_hold(device));
}

std::map<MemoryCursors::Key, MemoryCursors::Position>::iterator MemoryCursors::highest_hold(
    const std::string& device) {
  auto highest = connections_.end();
  for (auto one = connections_.begin(); one != connections_.end(); ++one) {
    if (one->first.first != device || !one->second.held_until_ms) continue;
    if (highest == connections_.end() || one->second.stream_id > highest->second.stream_id)
      highest = one;
  }
  return highest;
}

void MemoryCursors::remember(const std::string& device, StreamId position, const Now& now) {
  if (!devices_.contains(device)) {
    if (devices_.size() >= kDevicesMax) forget_one();
    devices_[device].stream_id = position;
  }
  devices_[device].used_ms = now.wall_ms;
}

bool MemoryCursors::is_connected(const std::string& device) const {
  return std::any_of(connections_.begin(), connections_.end(), [&](const auto& entry) {
    return entry.first.first == device && !entry.second.held_until_ms;
  });
}

// The last use of a device is its last connection or acknowledgement. A stream id has the time of
// its message, which is close to that of its acknowledgement.
void MemoryCursors::forget_one() {
  const auto last_use = [](const Device& device) {
    const int64_t at_ms = std::max(device.used_ms, static_cast<int64_t>(device.stream_id.ms));
    return std::pair(at_ms, device.stream_id.count);
  };
  auto oldest = devices_.end();
  for (auto one = devices_.begin(); one != devices_.end(); ++one) {
    if (is_connected(one->first)) continue;
    if (oldest == devices_.end() || last_use(one->second) < last_use(oldest->second)) oldest = one;
  }
  if (oldest == devices_.end()) return;
  std::erase_if(connections_,
                [&](const auto& entry) { return entry.first.first == oldest->first; });
  devices_.erase(oldest);
  ++forgotten_;
}

}  // namespace hermod
