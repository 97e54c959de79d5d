#pragma once
// The publications that wait or are in flight, in one lane per user. A lane has at most one open
// call, so that the order of a user's publications never changes. A lane exists while it has
// records. It is ready (queued to be sent), has an open call, or is held until its back-off is
// over. PublishQueue owns it.

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/text_hash.h"
#include "bus/bus.h"
#include "redis_publish/publish_lane.h"

namespace hermod {

class PublishLanes {
 public:
  // Appends the publication to the lane of its user, which becomes ready if it can be sent.
  void add(const Publication& publication);

  bool has_ready() const { return !ready_.empty(); }
  // Removes the lane that has been ready for the longest time from the queue. The caller then
  // begins a call or settles the lane. Precondition: has_ready().
  PublishLane& take_ready();

  // The first `records` records of the lane, with `bytes` bytes of payloads, are sent.
  void begin_call(PublishLane& lane, size_t records, size_t bytes);
  // The oldest open call ended. The caller then removes the finished records and settles the lane.
  // Null: the result is ignored.
  PublishLane* end_call();

  // Removes a record that is finished.
  Publication pop(PublishLane& lane);
  void remove(PublishLane& lane, size_t index);

  // The lane has no open call any more: a lane with records becomes the last ready one, an empty
  // one is freed. Returns true if the lane is held instead; the caller settles it again later.
  bool settle(PublishLane& lane);

  // Inserts the publications before those of their users, in their order. The lanes with new
  // records become ready unless they are held. The result of an open call of such a lane is
  // ignored, and its records are sent again.
  void prepend(const std::vector<Publication>& publications);

  // Removes lanes, and appends their publications to `released`: those of each user in their order.
  // The result of an open call of a released lane is ignored, but the call counts as in flight
  // until it ends.
  using IsReleased = std::function<bool(const PublishLane& lane)>;
  void release_if(const IsReleased& is_released, std::vector<Publication>& released);

  void clear();

  bool empty() const { return lanes_.empty(); }
  size_t records() const { return records_; }
  size_t waiting() const { return records_ - (flight_records_ - ignored_records_); }
  size_t flight_records() const { return flight_records_; }
  size_t flight_bytes() const { return flight_bytes_; }

 private:
  struct Call {
    PublishLane* lane;  // null: the result is ignored
    size_t records;
    size_t bytes;  // of payloads
  };

  PublishLane& lane_of(std::string_view user);
  void ignore(Call& call);
  void ignore_call(PublishLane& lane);
  void make_ready(PublishLane& lane);

  std::unordered_map<std::string, PublishLane, TextHash, std::equal_to<>> lanes_;
  std::deque<PublishLane*> ready_;  // the longest wait first
  std::deque<Call> flight_;         // the open calls, in their order
  size_t records_ = 0;              // in all lanes
  size_t flight_records_ = 0;
  size_t ignored_records_ = 0;  // those in flight whose result is ignored
  size_t flight_bytes_ = 0;
};

}  // namespace hermod
