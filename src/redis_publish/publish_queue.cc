#include "redis_publish/publish_queue.h"

#include <utility>

namespace hermod {

PublishQueue::PublishQueue(uv_loop_t* loop, const Clock& clock,
                           const RedisPublisherOptions& options, std::function<void()> released)
    : options_(options),
      held_(loop, clock, [this, released = std::move(released)](PublishLane* lane) {
        lane->trouble->held = false;
        settle(*lane);
        released();
      }) {}

void PublishQueue::start(PublishListener& publications) {
  assert(publications_ == nullptr && !stopped_);
  publications_ = &publications;
}

void PublishQueue::stop() {
  stopped_ = true;
  held_.release();
}

void PublishQueue::forget() {
  assert(stopped_);
  lanes_.clear();
  if (publications_ != nullptr) std::exchange(publications_, nullptr)->on_unanswered();
}

PublishLane* PublishQueue::begin_call() {
  assert(publications_ != nullptr && !stopped_);
  PublishLane& lane = lanes_.take_ready();
  lane.ready = true;  // publish() in a callback of select() must not queue it
  const Batch batch = select(lane);
  lane.ready = false;
  if (stopped_ || batch.records == 0) {
    settle(lane);
    return nullptr;
  }
  lanes_.begin_call(lane, batch.records, batch.bytes);
  return &lane;
}

// Returns how many records at the front of the lane go into the next call. Records that are no
// longer wanted are answered and removed.
PublishQueue::Batch PublishQueue::select(PublishLane& lane) {
  const size_t records_max = lane.trouble ? 1 : options_.call_records_max;
  Batch batch;
  while (batch.records < lane.size() && batch.records < records_max) {
    const Ticket ticket = lane.at(batch.records).ticket;
    const size_t bytes = lane.at(batch.records).text.size();
    if (batch.records > 0 && batch.bytes + bytes > options_.call_bytes_max) break;
    if (publications_->still_wanted(ticket)) {
      batch.bytes += bytes;
      ++batch.records;
      continue;
    }
    lanes_.remove(lane, batch.records);
    publications_->on_published(ticket, PublishOutcome::kForgotten, {});
    if (stopped_) break;
  }
  return batch;
}

void PublishQueue::answer(PublishLane& lane, PublishOutcome outcome, std::string_view error) {
  const Ticket ticket = lanes_.pop(lane).ticket;
  if (!stopped_) publications_->on_published(ticket, outcome, error);
}

void PublishQueue::settle(PublishLane& lane) {
  const bool held = lanes_.settle(lane);
  if (held) held_.hold(&lane, lane.trouble->backoff.next_ms());
}

}  // namespace hermod
