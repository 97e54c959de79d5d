#include "redis_publish/publish_lanes.h"

#include <cassert>

namespace hermod {

void PublishLanes::add(const Publication& publication) {
  auto found = lanes_.find(publication.user);
  if (found == lanes_.end()) found = lanes_.try_emplace(std::string(publication.user)).first;
  PublishLane& lane = found->second;
  lane.user = &found->first;
  lane.push(publication);
  ++records_;
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
  lane.sent_bytes = bytes;
  flight_.push_back(&lane);
  flight_records_ += records;
  flight_bytes_ += bytes;
}

PublishLane& PublishLanes::end_call() {
  assert(!flight_.empty());
  PublishLane& lane = *flight_.front();
  flight_.pop_front();
  assert(flight_records_ >= lane.sent && flight_bytes_ >= lane.sent_bytes);
  flight_records_ -= lane.sent;
  flight_bytes_ -= lane.sent_bytes;
  return lane;
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
  lane.sent_bytes = 0;
  if (lane.size() == 0) {
    lanes_.erase(lanes_.find(*lane.user));
    return false;
  }
  lane.tidy();
  if (lane.held()) return true;
  if (lane.ready) return false;
  lane.ready = true;
  ready_.push_back(&lane);
  return false;
}

void PublishLanes::clear() {
  ready_.clear();
  flight_.clear();
  lanes_.clear();
  records_ = flight_records_ = flight_bytes_ = 0;
}

}  // namespace hermod
