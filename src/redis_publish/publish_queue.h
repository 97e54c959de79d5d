#pragma once
// The publications without an answer: selects those of the next call, answers them to the caller
// (PublishAnswers), and delays the lanes whose calls fail. RedisPublisher owns it and does the I/O.
// The owner of several publishers moves users between their queues with release() and adopt().

#include <functional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/user_predicate.h"
#include "bus/bus.h"
#include "redis_publish/publish_answers.h"
#include "redis_publish/publish_lanes.h"
#include "redis_publish/redis_publisher_options.h"
#include "uv/delay_queue.h"

namespace hermod {

class PublishQueue {
 public:
  // `filled` is called when there are more ready lanes: a back-off is over, or adopt() was called.
  PublishQueue(uv_loop_t* loop, const Clock& clock, const RedisPublisherOptions& options,
               std::function<void()> filled);

  void start(PublishListener& publications) { answers_.start(publications); }
  void stop();    // from now on, no publication is answered
  void forget();  // after stop(), when no reply can come any more: drops the publications

  PublishAnswers& answers() { return answers_; }
  const PublishAnswers& answers() const { return answers_; }

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
  // Null: the result is ignored.
  PublishLane* end_call() { return lanes_.end_call(); }

  void answer(PublishLane& lane, PublishOutcome outcome, std::string_view error);  // the oldest one
  void settle(PublishLane& lane);  // the lane has no open call any more

  // The master may have changed: the publications whose answers are held are sent again, before the
  // others of their users.
  void put_back_held();

  // Removes the publications of the users for which `leaves` returns true, and returns them: those
  // of each user in the order of publish(). They have no answer, and the caller keeps their views
  // valid as before. A call in flight is ignored. Never called inside a call of the listener.
  std::vector<Publication> release(const UserPredicate& leaves);

  // The publications, which another queue released, are sent and answered by this one, before those
  // of their users that it has. The result of an open call of these users is ignored.
  void adopt(const std::vector<Publication>& publications);

  bool empty() const { return lanes_.empty(); }
  size_t waiting() const { return lanes_.waiting(); }
  size_t in_flight() const { return lanes_.flight_records(); }

 private:
  struct Batch {
    size_t records = 0;
    size_t bytes = 0;  // of payloads
  };

  Batch select(PublishLane& lane);

  const RedisPublisherOptions options_;
  std::function<void()> filled_;
  PublishAnswers answers_;
  PublishLanes lanes_;
  uv::DelayQueue<PublishLane*> held_;
};

}  // namespace hermod
