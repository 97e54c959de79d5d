// The happy path:
//   - publish() puts the record into its user's lane; once a turn the ready lanes are sent, each
//     by a call
//   - the reply answers the records it covers; a lane with more becomes ready again
// The link is lost: the records stay at their lane's front and go again.
// The step cannot work (OOM, READONLY, LOADING, NOPERM and all that is not the record's fault):
// everything waits, and one lane at a time tries again after a back-off, a different one each time,
// until one works.
// The scripts are gone (SCRIPT FLUSH): everything waits until they are loaded.
#include "bus/redis_publisher.h"

#include <cassert>
#include <utility>

#include "bus/publish_reply.h"
#include "bus/reply.h"

namespace hermod {
namespace keys = redis_keys;

RedisPublisher::RedisPublisher(uv_loop_t* loop, RedisCommands& commands, RedisScripts& scripts,
                               const RedisNames& names, const ChannelPattern& channel,
                               RedisPublisherOptions options)
    : commands_(commands),
      scripts_(scripts),
      names_(names),
      channel_(channel),
      options_(options),
      flush_(loop, [this] { flush(); }),
      retry_(loop, [this] {
        probe_ = true;
        flush();
      }) {}

void RedisPublisher::start(PublishListener& publications, Listener& listener) {
  publications_ = &publications;
  listener_ = &listener;
}

void RedisPublisher::stop() {
  open_ = false;
  publications_ = nullptr;
  flush_.cancel();
  retry_.stop();
}

void RedisPublisher::publish(const Publication& publication) {
  if (publications_ == nullptr) return;
  auto found = lanes_.find(publication.user);
  if (found == lanes_.end()) found = lanes_.try_emplace(std::string(publication.user)).first;
  PublishLane& lane = found->second;
  lane.user = &found->first;
  lane.push(publication);
  ++records_;
  if (lane.sent == 0 && !lane.ready) {
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
  // Nothing is left that could tell whether the step works again: taken as working until it fails.
  if (open_ && lanes_.empty() && !stalled_.empty()) {
    stalled_.clear();
    listener_->on_publisher_changed();
  }
}

void RedisPublisher::send(PublishLane& lane) {
  lane.ready = true;  // what is published meanwhile must not make it ready again
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
  for (const std::string_view key : {keys::kStream, keys::kLast, keys::kMark}) {
    call.add(names_.user_key(), tag.text(), key);
  }
  for (size_t i = 0; i < records; ++i) {
    call.add(names_.user_key(), tag.text(), keys::kSeen, lane.at(i).event_id);
  }
  call.add(channel_.prefix(), user, channel_.suffix());
  call.add(names_.user_channel(), tag.text(), keys::kPos);
  call.add_number(options_.history_max).add_number(options_.stream_ms);
  call.add_number(keys::kMemorySeconds).add_number(options_.idempotency_ttl_s);
  for (size_t i = 0; i < records; ++i) call.add(lane.at(i).text);
  for (size_t i = 0; traced && i < records; ++i) call.add(lane.at(i).traceparent);
}

// How many records from the lane's front go into one call. Those that nobody wants any more are
// answered.
size_t RedisPublisher::pick(PublishLane& lane) {
  size_t records = 0;
  lane.sent_bytes = 0;
  while (records < lane.size() && records < options_.call_records_max) {
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

// Ends the oldest call's time in flight.
PublishLane* RedisPublisher::land() {
  assert(!flight_.empty());
  PublishLane* lane = flight_.front();
  flight_.pop_front();
  flight_records_ -= lane->sent;
  flight_bytes_ -= lane->sent_bytes;
  return lane;
}

void RedisPublisher::on_reply(const redisReply& reply) {
  PublishLane& lane = *land();
  const size_t sent = lane.sent;
  const auto answer = read_publish_reply(reply, sent);
  for (size_t i = 0; answer && i < answer->done.size(); ++i) {
    const auto& done = answer->done[i];
    const Ticket ticket = lane.pop().ticket;
    --records_;
    if (done.outcome == PublishOutcome::kRouted) set_unpublished({});
    if (done.outcome == PublishOutcome::kUnpublished) set_unpublished(done.error);
    if (publications_ != nullptr) publications_->on_published(ticket, done.outcome, done.error);
  }
  settle(lane);
  if (publications_ == nullptr) return;
  if (!answer) return commands_.fail("the publish script answered something else");
  if (is_error_of(answer->stopped, "NOSCRIPT")) return listener_->on_scripts_gone();
  if (!answer->stopped.empty()) return stall(answer->stopped);
  if (!stalled_.empty()) {
    stalled_.clear();
    backoff_.reset();
    retry_.stop();
    listener_->on_publisher_changed();
  }
  if (!ready_.empty()) flush_.ask();
}

void RedisPublisher::on_reply_lost() {
  settle(*land());
}

// A lane whose call ended: what is left of it goes to the end of the row, an empty one goes away.
void RedisPublisher::settle(PublishLane& lane) {
  lane.sent = 0;
  lane.sent_bytes = 0;
  if (lane.size() == 0) {
    lanes_.erase(lanes_.find(*lane.user));
    return;
  }
  lane.tidy();
  if (lane.ready) return;
  lane.ready = true;
  ready_.push_back(&lane);
}

void RedisPublisher::stall(const std::string& reason) {
  const bool changed = stalled_ != reason;
  stalled_ = reason;
  if (!retry_.active()) retry_.start(backoff_.next_ms());
  if (changed) listener_->on_publisher_changed();
}

void RedisPublisher::set_unpublished(std::string_view reason) {
  std::string words = error_words(reason);
  if (words == unpublished_) return;
  unpublished_ = std::move(words);
  listener_->on_publisher_changed();
}

}  // namespace hermod
