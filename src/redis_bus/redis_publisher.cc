// - publish() appends the record to the lane of its user. Once per loop iteration, the ready lanes
//   are sent, one call each.
// - The reply answers the records of the call. A lane with more records becomes ready again.
// - If the link fails, the records stay at the front of their lane and are sent again.
// - If a call fails, PublishFaults decides.
// - If Redis no longer has the scripts (SCRIPT FLUSH), everything waits until they are loaded.
#include "redis_bus/redis_publisher.h"

#include <cassert>
#include <utility>

#include "redis/reply.h"
#include "redis_schema/publish_reply.h"

namespace hermod {

RedisPublisher::RedisPublisher(uv_loop_t* loop, RedisCommands& commands, RedisScripts& scripts,
                               const RedisNames& names, Log& log, const ChannelPattern& channel,
                               const RedisPublisherOptions& options)
    : commands_(commands),
      scripts_(scripts),
      log_(log),
      options_(options),
      call_(scripts, names, channel, options_),
      faults_(commands.clock(), log, options_.user_patience_ms),
      stall_(loop, [this] { flush(); }),
      delayed_(loop, commands.clock(),
               [this](PublishLane* lane) {
                 lane->trouble->held = false;
                 settle(*lane);
                 if (may_send()) flush_.ask();
               }),
      script_probe_(commands, scripts, names, RedisScripts::kPublish,
                    [this](const std::string& error) { on_probed(error); }),
      flush_(loop, [this] { flush(); }) {}

void RedisPublisher::enter(State next) {
  assert(next != State::kNew);
  assert(state_ != State::kStopped);
  assert(next != State::kOpen || state_ != State::kNew);
  state_ = next;
}

void RedisPublisher::start(PublishListener& publications, Changed changed) {
  assert(state_ == State::kNew);
  publications_ = &publications;
  changed_ = std::move(changed);
  enter(State::kPaused);
}

void RedisPublisher::stop() {
  enter(State::kStopped);
  flush_.cancel();
  stall_.stop();
  delayed_.release();
}

void RedisPublisher::forget() {
  assert(stopped());
  lanes_.clear();
  if (publications_ != nullptr) std::exchange(publications_, nullptr)->on_unanswered();
}

void RedisPublisher::publish(const Publication& publication) {
  if (stopped() || state_ == State::kNew) return;
  lanes_.add(publication);
  if (may_send()) flush_.ask();
}

void RedisPublisher::resume() {
  enter(State::kOpen);
  stall_.allow_probe();
  flush_.ask();
}

void RedisPublisher::pause() {
  if (!stopped()) enter(State::kPaused);
}

bool RedisPublisher::may_send() const {
  if (state_ != State::kOpen || !scripts_.loaded() || !commands_.up()) return false;
  return stall_.may_send() && lanes_.flight_records() < options_.flight_records_max &&
         lanes_.flight_bytes() < options_.flight_bytes_max;
}

void RedisPublisher::flush() {
  while (lanes_.has_ready() && may_send()) send(lanes_.take_ready());
  commands_.flush();
  // No record is left to test whether routing works again: it counts as working until a call fails.
  if (state_ == State::kOpen && lanes_.empty() && stall_.end()) changed_();
}

void RedisPublisher::send(PublishLane& lane) {
  lane.ready = true;  // publish() in a callback of pick() must not queue it
  const Batch batch = pick(lane);
  lane.ready = false;
  if (stopped() || batch.records == 0) return settle(lane);
  stall_.on_sent();
  lanes_.begin_call(lane, batch.records, batch.bytes);
  call_.send(lane, *this);
}

// Returns how many records at the front of the lane go into the next call. Records that are no
// longer wanted are answered and removed.
RedisPublisher::Batch RedisPublisher::pick(PublishLane& lane) {
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
    if (stopped()) break;
  }
  return batch;
}

void RedisPublisher::on_reply(const redisReply& reply) {
  PublishLane& lane = lanes_.end_call();
  const size_t sent = lane.sent;
  const auto answers = read_publish_reply(reply, sent);
  for (size_t i = 0; answers && i < answers->done.size(); ++i) {
    const auto& done = answers->done[i];
    const bool known =
        done.outcome == PublishOutcome::kRouted || done.outcome == PublishOutcome::kUnpublished;
    if (known && unpublished_.set_reason(done.error)) changed_();
    answer(lane, done.outcome, done.error);
  }
  if (answers && !answers->note.empty()) {
    log_.write_limited("publish_repair", LogLevel::kWarning,
                       "unexpected values in a user's Redis keys were repaired",
                       {{"user", *lane.user}, {"repaired", answers->note}});
  }
  if (!answers) return fails(lane, "unexpected reply of the publish script", sent);
  if (answers->stopped.empty()) return works(lane);
  fails(lane, answers->stopped, sent - answers->done.size());
}

void RedisPublisher::on_reply_lost() {
  PublishLane& lane = lanes_.end_call();
  lane.trouble.reset();  // the next connection may lead to a Redis where it works
  settle(lane);
}

// Answers the oldest record of the lane.
void RedisPublisher::answer(PublishLane& lane, PublishOutcome outcome, std::string_view error) {
  const Ticket ticket = lanes_.pop(lane).ticket;
  if (!stopped()) publications_->on_published(ticket, outcome, error);
}

void RedisPublisher::settle(PublishLane& lane) {
  const bool held = lanes_.settle(lane);
  if (held) delayed_.hold(&lane, lane.trouble->backoff.next_ms());
}

void RedisPublisher::succeeded() {
  faults_.succeeded();
  if (stall_.end()) changed_();
}

void RedisPublisher::works(PublishLane& lane) {
  lane.trouble.reset();
  settle(lane);
  if (stopped()) return;
  succeeded();
  if (lanes_.has_ready()) flush_.ask();
}

// A call failed, and the first `records` records of the lane were not routed.
void RedisPublisher::fails(PublishLane& lane, const std::string& reason, size_t records) {
  using Verdict = PublishFaults::Verdict;
  if (stopped()) return settle(lane);
  const Verdict verdict = faults_.judge(lane, reason, !stalled().empty());
  if (verdict == Verdict::kRefuseCall) {
    for (; records > 0; --records) answer(lane, PublishOutcome::kRefused, reason);
    return works(lane);
  }
  if (verdict == Verdict::kHoldAndProbe) script_probe_.ask();
  if (verdict == Verdict::kRefuseFirst) answer(lane, PublishOutcome::kRefused, reason);
  settle(lane);
  if (stopped()) return;
  if (is_error_of(reason, "NOSCRIPT")) return scripts_.load_again();
  if (verdict == Verdict::kStall) return stall(reason);
  if (!stalled().empty()) return stall(std::string(stalled()));  // another lane tries
  if (lanes_.has_ready()) flush_.ask();
}

// The result of RedisScriptProbe, which ran the script because a lane fails.
void RedisPublisher::on_probed(const std::string& error) {
  if (stopped()) return;
  if (error.empty()) return succeeded();
  if (is_error_of(error, "NOSCRIPT")) return scripts_.load_again();
  stall(error);
}

void RedisPublisher::stall(const std::string& reason) {
  if (stall_.begin(reason)) changed_();
}

}  // namespace hermod
