// - publish() appends the record to the lane of its user. Once per loop iteration, the ready lanes
//   are sent, one call each.
// - The reply answers the records of the call. A lane with more records becomes ready again.
// - If the link fails, the records stay at the front of their lane and are sent again.
// - If a call fails, redis_publisher_faults.cc handles the error.
// - If Redis no longer has the scripts (SCRIPT FLUSH), everything waits until they are loaded.
#include "redis_bus/redis_publisher.h"

#include <cassert>
#include <utility>

#include "redis/reply.h"
#include "redis_schema/publish_reply.h"

namespace hermod {
namespace keys = redis_keys;

RedisPublisher::RedisPublisher(uv_loop_t* loop, RedisCommands& commands, RedisScripts& scripts,
                               const RedisNames& names, Log& log, const ChannelPattern& channel,
                               RedisPublisherOptions options)
    : commands_(commands),
      scripts_(scripts),
      names_(names),
      log_(log),
      channel_(channel),
      options_(options),
      delayed_(loop, commands.clock(),
               [this](PublishLane* lane) {
                 lane->trouble->held = false;
                 settle(*lane);
                 if (may_send()) flush_.ask();
               }),
      script_probe_(commands, scripts, names, RedisScripts::kPublish,
                    [this](const std::string& error) { on_probed(error); }),
      flush_(loop, [this] { flush(); }),
      retry_(loop, [this] {
        probe_ = true;
        flush();
      }) {}

void RedisPublisher::start(PublishListener& publications, Changed changed) {
  publications_ = &publications;
  changed_ = std::move(changed);
}

void RedisPublisher::stop() {
  open_ = false;
  stopped_ = std::exchange(publications_, nullptr);
  flush_.cancel();
  retry_.stop();
  delayed_.release();
}

void RedisPublisher::forget() {
  ready_.clear();
  flight_.clear();
  lanes_.clear();
  records_ = flight_records_ = flight_bytes_ = 0;
  if (stopped_ != nullptr) std::exchange(stopped_, nullptr)->on_unanswered();
}

void RedisPublisher::publish(const Publication& publication) {
  if (publications_ == nullptr) return;
  auto found = lanes_.find(publication.user);
  if (found == lanes_.end()) found = lanes_.try_emplace(std::string(publication.user)).first;
  PublishLane& lane = found->second;
  lane.user = &found->first;
  lane.push(publication);
  ++records_;
  if (lane.sent == 0 && !lane.ready && !lane.held()) {
    lane.ready = true;
    ready_.push_back(&lane);
  }
  if (may_send()) flush_.ask();
}

void RedisPublisher::resume() {
  open_ = true;
  probe_ = true;
  flush_.ask();
}

void RedisPublisher::pause() {
  open_ = false;
}

bool RedisPublisher::may_send() const {
  if (!open_ || !scripts_.loaded() || !commands_.up()) return false;
  if (!stalled_.empty() && !probe_) return false;
  return flight_records_ < options_.flight_records_max && flight_bytes_ < options_.flight_bytes_max;
}

void RedisPublisher::flush() {
  while (!ready_.empty() && may_send()) {
    PublishLane& lane = *ready_.front();
    ready_.pop_front();
    lane.ready = false;
    send(lane);
  }
  commands_.flush();
  // No record is left to test whether routing works again: it counts as working until a call fails.
  if (open_ && lanes_.empty() && !stalled_.empty()) {
    stalled_.clear();
    changed_();
  }
}

void RedisPublisher::send(PublishLane& lane) {
  lane.ready = true;  // publish() in a callback of pick() must not queue it
  const size_t records = pick(lane);
  lane.ready = false;
  if (publications_ == nullptr || records == 0) return settle(lane);
  probe_ = false;
  lane.sent = records;
  flight_.push_back(&lane);
  flight_records_ += records;
  flight_bytes_ += lane.sent_bytes;
  add_call(lane);
}

void RedisPublisher::add_call(const PublishLane& lane) {
  const size_t records = lane.sent;
  bool traced = false;
  for (size_t i = 0; i < records; ++i) traced = traced || !lane.at(i).traceparent.empty();
  const std::string_view user = *lane.user;
  const UserTag tag(user);
  RedisCommand call = scripts_.call(RedisScripts::kPublish, *this, 3 + records,
                                    6 + (traced ? 2 * records : records));
  for (const std::string_view key : {keys::kStream, keys::kLast, keys::kAck}) {
    call.add(names_.user_key(), tag.text(), key);
  }
  for (size_t i = 0; i < records; ++i) {
    call.add(names_.user_key(), tag.text(), keys::kSeen, lane.at(i).event_id);
  }
  call.add(channel_.prefix(), user, channel_.suffix());
  call.add(names_.user_channel(), tag.text(), keys::kPos);
  call.add_number(options_.history_max).add_number(options_.stream_ms);
  call.add_number(options_.user_s).add_number(options_.idempotency_ttl_s);
  for (size_t i = 0; i < records; ++i) call.add(lane.at(i).text);
  for (size_t i = 0; traced && i < records; ++i) call.add(lane.at(i).traceparent);
}

// Returns how many records at the front of the lane go into the next call. Records that are no
// longer wanted are answered and removed.
size_t RedisPublisher::pick(PublishLane& lane) {
  const size_t records_max = lane.trouble ? 1 : options_.call_records_max;
  size_t records = 0;
  lane.sent_bytes = 0;
  while (records < lane.size() && records < records_max) {
    const Ticket ticket = lane.at(records).ticket;
    const size_t bytes = lane.at(records).text.size();
    if (records > 0 && lane.sent_bytes + bytes > options_.call_bytes_max) break;
    if (publications_->still_wanted(ticket)) {
      lane.sent_bytes += bytes;
      ++records;
      continue;
    }
    lane.remove(records);
    --records_;
    publications_->on_published(ticket, PublishOutcome::kForgotten, {});
    if (publications_ == nullptr) return 0;
  }
  return records;
}

// Removes the oldest call from those in flight.
PublishLane* RedisPublisher::pop_flight() {
  assert(!flight_.empty());
  PublishLane* lane = flight_.front();
  flight_.pop_front();
  flight_records_ -= lane->sent;
  flight_bytes_ -= lane->sent_bytes;
  return lane;
}

void RedisPublisher::on_reply(const redisReply& reply) {
  PublishLane& lane = *pop_flight();
  const size_t sent = lane.sent;
  const auto answer = read_publish_reply(reply, sent);
  for (size_t i = 0; answer && i < answer->done.size(); ++i) {
    const auto& done = answer->done[i];
    if (done.outcome == PublishOutcome::kRouted) set_unpublished({});
    if (done.outcome == PublishOutcome::kUnpublished) set_unpublished(done.error);
    answer_front(lane, done.outcome, done.error);
  }
  if (answer && !answer->note.empty()) {
    log_.write_limited("publish_repair", LogLevel::kWarning,
                       "unexpected values in a user's Redis keys were repaired",
                       {{"user", *lane.user}, {"repaired", answer->note}});
  }
  if (!answer) return fails(lane, "unexpected reply of the publish script", sent);
  if (answer->stopped.empty()) return works(lane);
  fails(lane, answer->stopped, sent - answer->done.size());
}

void RedisPublisher::answer_front(PublishLane& lane, PublishOutcome outcome,
                                  std::string_view error) {
  const Ticket ticket = lane.pop().ticket;
  --records_;
  if (publications_ != nullptr) publications_->on_published(ticket, outcome, error);
}

void RedisPublisher::on_reply_lost() {
  PublishLane& lane = *pop_flight();
  lane.trouble.reset();  // the next connection may lead to a Redis where it works
  settle(lane);
}

// Called for a lane without an open call: one with records is queued as the last ready lane, an
// empty one is removed.
void RedisPublisher::settle(PublishLane& lane) {
  lane.sent = 0;
  lane.sent_bytes = 0;
  if (lane.size() == 0) {
    lanes_.erase(lanes_.find(*lane.user));
    return;
  }
  lane.tidy();
  if (lane.held()) return delayed_.hold(&lane, lane.trouble->backoff.next_ms());
  if (lane.ready) return;
  lane.ready = true;
  ready_.push_back(&lane);
}

void RedisPublisher::set_unpublished(std::string_view reason) {
  if (unpublished_.set_reason(reason)) changed_();
}

void RedisPublisher::publish_permitted() {
  if (unpublished_.permit()) changed_();
}

}  // namespace hermod
