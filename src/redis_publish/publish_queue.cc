#include "redis_publish/publish_queue.h"

#include <cassert>
#include <utility>

namespace hermod {

PublishQueue::PublishQueue(uv_loop_t* loop, const Clock& clock,
                           const RedisPublisherOptions& options, std::function<void()> filled)
    : options_(options), filled_(std::move(filled)), held_(loop, clock, [this](PublishLane* lane) {
        lane->trouble->held = false;
        settle(*lane);
        filled_();
      }) {}

void PublishQueue::stop() {
  answers_.stop();
  held_.release();
}

void PublishQueue::forget() {
  lanes_.clear();
  answers_.forget();
}

PublishLane* PublishQueue::begin_call() {
  assert(!answers_.stopped());
  PublishLane& lane = lanes_.take_ready();
  lane.ready = true;  // publish() in a callback of select() must not queue it
  const Batch batch = select(lane);
  lane.ready = false;
  if (answers_.stopped() || batch.records == 0) {
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
    if (answers_.still_wanted(ticket)) {
      batch.bytes += bytes;
      ++batch.records;
      continue;
    }
    lanes_.remove(lane, batch.records);
    answers_.give(ticket, PublishOutcome::kForgotten, {});
    if (answers_.stopped()) break;
  }
  return batch;
}

void PublishQueue::answer(PublishLane& lane, PublishOutcome outcome, std::string_view error) {
  answers_.give_or_hold(lanes_.pop(lane), outcome, error);
}

void PublishQueue::settle(PublishLane& lane) {
  const bool held = lanes_.settle(lane);
  if (held) held_.hold(&lane, lane.trouble->backoff.next_ms());
}

void PublishQueue::put_back_held() {
  std::vector<Publication> publications;
  answers_.take_held(publications);
  lanes_.prepend(publications);
}

std::vector<Publication> PublishQueue::release(const UserPredicate& leaves) {
  const auto lane_leaves = [&](const PublishLane& lane) { return leaves(*lane.user); };
  std::vector<Publication> released;
  answers_.take_held_if(leaves, released);
  held_.release_if([&](const PublishLane* lane) { return lane_leaves(*lane); });
  lanes_.release_if(lane_leaves, released);
  return released;
}

void PublishQueue::adopt(const std::vector<Publication>& publications) {
  if (answers_.stopped() || publications.empty()) return;
  lanes_.prepend(publications);
  filled_();
}

}  // namespace hermod
