#include "redis_replay/redis_replayer.h"

#include <cassert>
#include <utility>

#include "redis/redis_error.h"
#include "redis/reply.h"

namespace hermod {

RedisReplayer::RedisReplayer(const RedisContext& redis, const RedisReplayerOptions& options,
                             Changed changed)
    : redis_(redis),
      options_(options),
      queue_(redis.loop, redis.clock(), [this] { flush_.ask(); }),
      call_(redis, options),
      health_(redis, options.user_patience_ms, {[this] { flush(); }, std::move(changed)}),
      flush_(redis.loop, [this] { flush(); }) {}

void RedisReplayer::enter(State next) {
  assert(state_ != State::kStopped);
  state_ = next;
}

void RedisReplayer::replay(const ReplayRequest& request, Bus::ReplayDone done) {
  assert(state_ != State::kStopped);
  flush_.ask();
  if (subscribed_)
    queue_.add(request, std::move(done));
  else
    queue_.fail(std::move(done));
}

void RedisReplayer::resume() {
  enter(State::kOpen);
  flush_.ask();
}

void RedisReplayer::pause() {
  if (state_ == State::kStopped) return;
  enter(State::kPaused);
  queue_.forget_times();
}

void RedisReplayer::unsubscribed() {
  subscribed_ = false;
  queue_.fail_all();
  health_.on_idle();
  flush_.ask();
}

void RedisReplayer::release(const UserPredicate& leaves) {
  queue_.fail_if(leaves);
  flush_.ask();
}

void RedisReplayer::stop() {
  enter(State::kStopped);
  queue_.clear();
  flush_.cancel();
  health_.stop();
}

void RedisReplayer::flush() {
  queue_.answer_failed();
  if (state_ != State::kOpen || !redis_.ready() || !health_.may_send()) return;
  while (queue_.has_waiting() && queue_.in_flight() < options_.flight_max) {
    call_.send(queue_.send(), *this);
  }
  redis_.commands.flush();
}

void RedisReplayer::on_reply(const redisReply& reply) {
  ReplayTask task = queue_.pop();
  if (queue_.has_waiting()) flush_.ask();
  if (!task.done) return;
  assert(state_ != State::kStopped);  // stop() clears `done`
  if (task.timing) return on_time(std::move(task), reply);
  if (reply_is_error(reply)) return fails(std::move(task), reply_error(reply));
  auto answer = read_replay_reply(reply);
  if (!answer) return fails(std::move(task), "unexpected reply of the replay script");
  health_.succeeded();
  on_page(task, std::move(*answer));
}

void RedisReplayer::on_time(ReplayTask task, const redisReply& reply) {
  const std::string error = call_.read_time(task, reply);
  if (!error.empty()) return fails(std::move(task), error);
  queue_.retry(std::move(task));
  flush_.ask();
}

void RedisReplayer::on_page(const ReplayTask& task, ReplayReply answer) {
  // There is no replay for users who were offline, so nothing counts as missing.
  if (options_.offline_ms == 0 && task.reach == ReplayRequest::Reach::kOffline) answer.page.cut = 0;
  dropped_ += answer.not_utf8;
  if (answer.forgot_device) ++forgotten_;
  if (!answer.problem.empty()) {
    redis_.log.write_limited("replay", LogLevel::kError, "a user's history cannot be read",
                             {{"error", answer.problem},
                              {"error_detail.error_code", to_string(ErrorCode::kExternalService)},
                              {"error_detail.operation", "bus.replay"}});
    answer.page.last = answer.page.after;  // keeps the known stream id
  }
  task.done(std::move(answer.page));
}

void RedisReplayer::fails(ReplayTask task, const std::string& reason) {
  using Verdict = ReplayHealth::Verdict;
  const Verdict verdict = health_.judge(task, reason);
  if (verdict == Verdict::kStall) {
    queue_.retry(std::move(task));
    return health_.stall(reason);
  }
  redis_.log.write_limited("replay_user", LogLevel::kWarning,
                           "a user's replay waits: Redis returns an error for this user",
                           {{"user", task.user}, {"error", reason}});
  if (verdict == Verdict::kGiveUp) return give_up(task, reason);
  queue_.hold(std::move(task));
  if (concern_of(reason) == Concern::kUser) redis_.redirects.on_redirected(reason);
}

// The request ends with an empty page, and the user continues with live messages.
void RedisReplayer::give_up(const ReplayTask& task, const std::string& reason) {
  redis_.log.write_limited("replay", LogLevel::kError, "a user's history cannot be read",
                           {{"user", task.user},
                            {"error", reason},
                            {"error_detail.error_code", to_string(ErrorCode::kExternalService)},
                            {"error_detail.operation", "bus.replay"}});
  ReplayPage page;
  page.after = page.last = task.after.value_or(StreamId{});
  task.done(std::move(page));
}

}  // namespace hermod
