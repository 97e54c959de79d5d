#include "redis_publish/publish_lanes.h"

#include <cassert>
#include <utility>

namespace hermod {

PublishLane& PublishLanes::lane_of(std::string_view user) {
  auto found = lanes_.find(user);
  if (found == lanes_.end()) found = lanes_.try_emplace(std::string(user)).first;
  found->second.user = &found->first;
  return found->second;
}

void PublishLanes::add(const Publication& publication) {
  PublishLane& lane = lane_of(publication.user);
  lane.push(publication);
  ++records_;
  make_ready(lane);
}

void PublishLanes::make_ready(PublishLane& lane) {
  if (lane.sent > 0 || lane.ready || lane.held()) return;
  lane.ready = true;
  ready_.push_back(&lane);
}

PublishLane& PublishLanes::take_ready() {
  assert(has_ready());
  PublishLane& lane = *ready_.front();
  ready_.pop_front();
  assert(lane.ready && lane.sent == 0);
  lane.ready = false;
  return lane;
}

void PublishLanes::begin_call(PublishLane& lane, size_t records, size_t bytes) {
  assert(lane.sent == 0 && !lane.ready);
  assert(records > 0 && records <= lane.size());
  lane.sent = records;
  flight_.push_back({&lane, records, bytes});
  flight_records_ += records;
  flight_bytes_ += bytes;
}

PublishLane* PublishLanes::end_call() {
  assert(!flight_.empty());
  const Call call = flight_.front();
  flight_.pop_front();
  assert(flight_records_ >= call.records && flight_bytes_ >= call.bytes);
  assert(call.lane == nullptr || call.lane->sent == call.records);
  flight_records_ -= call.records;
  flight_bytes_ -= call.bytes;
  if (call.lane == nullptr) ignored_records_ -= call.records;
  return call.lane;
}

Publication PublishLanes::pop(PublishLane& lane) {
  assert(lane.size() > 0);
  --records_;
  return lane.pop();
}

void PublishLanes::remove(PublishLane& lane, size_t index) {
  assert(lane.sent == 0 && index < lane.size());
  --records_;
  lane.remove(index);
}

bool PublishLanes::settle(PublishLane& lane) {
  lane.sent = 0;
  if (lane.size() == 0) {
    lanes_.erase(lanes_.find(*lane.user));
    return false;
  }
  lane.tidy();
  if (lane.held()) return true;
  make_ready(lane);
  return false;
}

void PublishLanes::prepend(const std::vector<Publication>& publications) {
  std::unordered_map<std::string_view, std::vector<Publication>> users;
  std::vector<std::string_view> order;  // of the lanes that become ready
  for (const Publication& publication : publications) {
    std::vector<Publication>& own = users[publication.user];
    if (own.empty()) order.push_back(publication.user);
    own.push_back(publication);
  }
  for (const std::string_view user : order) {
    PublishLane& lane = lane_of(user);
    ignore_call(lane);
    lane.prepend(users[user]);
    make_ready(lane);
  }
  records_ += publications.size();
}

void PublishLanes::ignore(Call& call) {
  call.lane = nullptr;
  ignored_records_ += call.records;
}

void PublishLanes::ignore_call(PublishLane& lane) {
  if (std::exchange(lane.sent, 0) == 0) return;
  for (Call& call : flight_) {
    if (call.lane == &lane) ignore(call);
  }
}

void PublishLanes::release_if(const IsReleased& is_released, std::vector<Publication>& released) {
  std::erase_if(ready_, [&](const PublishLane* lane) { return is_released(*lane); });
  for (Call& call : flight_) {
    if (call.lane != nullptr && is_released(*call.lane)) ignore(call);
  }
  std::erase_if(lanes_, [&](const auto& entry) {
    const PublishLane& lane = entry.second;
    if (!is_released(lane)) return false;
    records_ -= lane.size();
    lane.append_to(released);
    return true;
  });
}

void PublishLanes::clear() {
  ready_.clear();
  flight_.clear();
  lanes_.clear();
  records_ = flight_records_ = ignored_records_ = flight_bytes_ = 0;
}

}  // namespace hermod
