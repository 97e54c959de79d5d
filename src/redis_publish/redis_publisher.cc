// - publish() appends the record to the lane of its user. Once per loop iteration, the ready lanes
//   are sent, one call each.
// - The reply answers the records of the call. A lane with more records becomes ready again.
// - If the link fails, the records stay at the front of their lane and are sent again.
// - If a call fails, PublishHealth decides.
// - If Redis no longer has the scripts (SCRIPT FLUSH), everything waits until they are loaded.
#include "redis_publish/redis_publisher.h"

#include <cassert>
#include <utility>

#include "redis/redis_error.h"
#include "redis_schema/publish_reply.h"

namespace hermod {

RedisPublisher::RedisPublisher(const RedisContext& redis, const RedisChannels& channels,
                               const RedisPublisherOptions& options,
                               UnpublishedMessages& unpublished, Changed changed)
    : redis_(redis),
      unpublished_(unpublished),
      changed_(std::move(changed)),
      queue_(redis.loop, redis.clock(), options,
             [this] {
               if (may_send()) flush_.ask();
             }),
      call_(redis, channels, options),
      health_(redis, options.user_patience_ms, {[this] { flush(); }, [this] { changed_(); }}),
      flush_(redis.loop, [this] { flush(); }) {}

void RedisPublisher::enter(State next) {
  assert(next != State::kNew);
  assert(state_ != State::kStopped);
  assert(next != State::kOpen || state_ != State::kNew);
  state_ = next;
}

void RedisPublisher::start(PublishListener& publications) {
  assert(state_ == State::kNew);
  queue_.start(publications);
  enter(State::kPaused);
}

void RedisPublisher::stop() {
  enter(State::kStopped);
  flush_.cancel();
  health_.stop();
  queue_.stop();
}

void RedisPublisher::forget() {
  assert(state_ == State::kStopped);
  queue_.forget();
}

void RedisPublisher::publish(const Publication& publication) {
  if (state_ == State::kStopped || state_ == State::kNew) return;
  queue_.add(publication);
  if (may_send()) flush_.ask();
}

void RedisPublisher::resume() {
  enter(State::kOpen);
  health_.on_connected();
  flush_.ask();
}

void RedisPublisher::pause() {
  if (state_ != State::kStopped) enter(State::kPaused);
}

bool RedisPublisher::may_send() const {
  return state_ == State::kOpen && redis_.ready() && health_.may_send() && queue_.within_limits();
}

void RedisPublisher::flush() {
  while (queue_.has_ready() && may_send()) {
    const PublishLane* lane = queue_.begin_call();
    if (lane == nullptr) continue;
    health_.on_sent();
    call_.send(*lane, *this);
  }
  redis_.commands.flush();
  if (state_ == State::kOpen && queue_.empty()) health_.on_idle();
}

void RedisPublisher::on_reply(const redisReply& reply) {
  PublishLane* const called = queue_.end_call();
  if (called == nullptr) return ignore();
  PublishLane& lane = *called;
  const size_t sent = lane.sent;
  const auto answers = read_publish_reply(reply, sent);
  for (size_t i = 0; answers && i < answers->done.size(); ++i) {
    const auto& done = answers->done[i];
    const bool known =
        done.outcome == PublishOutcome::kRouted || done.outcome == PublishOutcome::kUnpublished;
    if (known && unpublished_.set_reason(done.error)) changed_();
    queue_.answer(lane, done.outcome, done.error);
  }
  if (answers && !answers->note.empty()) {
    redis_.log.write_limited("publish_repair", LogLevel::kWarning,
                             "unexpected values in a user's Redis keys were repaired",
                             {{"user", *lane.user}, {"repaired", answers->note}});
  }
  if (!answers) return fails(lane, "unexpected reply of the publish script", sent);
  if (answers->stopped.empty()) return works(lane);
  fails(lane, answers->stopped, sent - answers->done.size());
}

void RedisPublisher::on_reply_lost() {
  PublishLane* const lane = queue_.end_call();
  if (lane == nullptr) return;
  lane->trouble.reset();  // the next connection may lead to a Redis where it works
  queue_.settle(*lane);
}

// The records of the call are sent again, perhaps by the publisher that adopted their user.
void RedisPublisher::ignore() {
  if (state_ == State::kStopped) return;
  health_.on_ignored();
  if (queue_.has_ready()) flush_.ask();
}

void RedisPublisher::works(PublishLane& lane) {
  lane.trouble.reset();
  queue_.settle(lane);
  if (state_ == State::kStopped) return;
  health_.succeeded();
  if (queue_.has_ready()) flush_.ask();
}

// A call failed, and the first `records` records of the lane were not routed.
void RedisPublisher::fails(PublishLane& lane, const std::string& reason, size_t records) {
  using Verdict = PublishHealth::Verdict;
  if (state_ == State::kStopped) return queue_.settle(lane);
  const Verdict verdict = health_.judge(lane, reason);
  if (concern_of(reason) == Concern::kUser) redis_.redirects.on_redirected(reason);
  if (verdict == Verdict::kRefuseCall) {
    for (; records > 0; --records) queue_.answer(lane, PublishOutcome::kRefused, reason);
    return works(lane);
  }
  if (verdict == Verdict::kRefuseFirst) queue_.answer(lane, PublishOutcome::kRefused, reason);
  queue_.settle(lane);
  if (state_ == State::kStopped) return;
  if (health_.goes_on(verdict, reason) && queue_.has_ready()) flush_.ask();
}

}  // namespace hermod
