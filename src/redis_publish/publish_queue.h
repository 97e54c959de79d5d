#pragma once
// The publications without a reply: selects those of the next call, answers them to the caller, and
// delays the lanes whose calls fail. RedisPublisher owns it and does the I/O.

#include <cassert>
#include <functional>
#include <string_view>

#include "base/clock.h"
#include "bus/bus.h"
#include "redis_publish/publish_lanes.h"
#include "redis_publish/redis_publisher_options.h"
#include "uv/delay_queue.h"

namespace hermod {

class PublishQueue {
 public:
  // `released` is called when the back-off of a lane is over.
  PublishQueue(uv_loop_t* loop, const Clock& clock, const RedisPublisherOptions& options,
               std::function<void()> released);

  void start(PublishListener& publications);
  void stop();    // from now on, no publication is answered
  void forget();  // after stop(), when no reply can come any more: calls on_unanswered()

  void add(const Publication& publication) { lanes_.add(publication); }

  bool has_ready() const { return lanes_.has_ready(); }
  bool within_limits() const {  // of the records and bytes in flight
    return lanes_.flight_records() < options_.flight_records_max &&
           lanes_.flight_bytes() < options_.flight_bytes_max;
  }

  // Begins the call of the lane that has been ready for the longest time. Null: none of its records
  // is still wanted. Precondition: has_ready().
  PublishLane* begin_call();
  // The oldest open call ended. The caller then answers the finished records and settles the lane.
  PublishLane& end_call() { return lanes_.end_call(); }

  void answer(PublishLane& lane, PublishOutcome outcome, std::string_view error);  // the oldest one
  void settle(PublishLane& lane);  // the lane has no open call any more

  bool empty() const { return lanes_.empty(); }
  size_t waiting() const { return lanes_.records() - lanes_.flight_records(); }
  size_t in_flight() const { return lanes_.flight_records(); }

 private:
  struct Batch {
    size_t records = 0;
    size_t bytes = 0;  // of payloads
  };

  Batch select(PublishLane& lane);

  const RedisPublisherOptions options_;
  PublishListener* publications_ = nullptr;
  bool stopped_ = false;
  PublishLanes lanes_;
  uv::DelayQueue<PublishLane*> held_;
};

}  // namespace hermod
