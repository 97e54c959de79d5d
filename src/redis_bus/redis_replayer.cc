#include "redis_bus/redis_replayer.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "redis/redis_time.h"
#include "redis/reply.h"
#include "redis_schema/replay_reply.h"

namespace hermod {
namespace keys = redis_keys;
namespace {

constexpr uint64_t kRetryMs = 200;

}  // namespace

RedisReplayer::RedisReplayer(uv_loop_t* loop, const Clock& clock, RedisCommands& commands,
                             RedisScripts& scripts, const RedisNames& names, Log& log,
                             Options options, Changed changed)
    : clock_(clock),
      commands_(commands),
      scripts_(scripts),
      names_(names),
      log_(log),
      options_(options),
      changed_(std::move(changed)),
      delayed_(loop, commands.clock(),
               [this](ReplayTask task) {
                 task.since_ms.reset();
                 waiting_.push_front(std::move(task));
                 flush_.ask();
               }),
      faults_(commands.clock(), options.user_patience_ms),
      script_probe_({loop, commands, scripts, names, log}, RedisScripts::kReplay,
                    [this](const std::string& error) {
                      if (!open_) return;
                      error.empty() ? succeeded() : stall(error);
                    }),
      flush_(loop, [this] { flush(); }),
      retry_(loop, [this] { flush(); }) {}

void RedisReplayer::replay(const ReplayRequest& request, Bus::ReplayDone done) {
  flush_.ask();
  if (!subscribed_) {
    failed_.push_back(std::move(done));
    return;
  }
  ReplayTask task;
  task.user = request.user;
  task.after = request.after;
  task.entries_max = request.entries_max;
  task.bytes_max = request.bytes_max;
  task.reach = request.reach;
  task.connected_ms = request.connected_ms;
  task.done = std::move(done);
  waiting_.push_back(std::move(task));
}

void RedisReplayer::resume() {
  open_ = true;
  flush_.ask();
}

// The next connection may lead to a Redis with another clock.
void RedisReplayer::pause() {
  open_ = false;
  for (ReplayTask& task : waiting_) task.since_ms.reset();
}

void RedisReplayer::unsubscribed() {
  subscribed_ = false;
  for (ReplayTask& task : flight_) {
    if (task.done) failed_.push_back(std::exchange(task.done, nullptr));
  }
  for (ReplayTask& task : waiting_) failed_.push_back(std::move(task.done));
  waiting_.clear();
  for (ReplayTask& task : delayed_.release()) failed_.push_back(std::move(task.done));
  set_stalled({});
  flush_.ask();
}

// Replies to the requests in flight may still come and are ignored.
void RedisReplayer::stop() {
  open_ = false;
  waiting_.clear();
  failed_.clear();
  delayed_.release();
  for (ReplayTask& task : flight_) task.done = nullptr;
  flush_.cancel();
  retry_.stop();
}

void RedisReplayer::flush() {
  fail_all();
  if (!open_ || !scripts_.loaded() || !commands_.up() || retry_.active()) return;
  while (!waiting_.empty() && flight_.size() < options_.flight_max) {
    send(waiting_.front());
    flight_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  commands_.flush();
}

void RedisReplayer::fail_all() {
  for (Bus::ReplayDone& done : std::exchange(failed_, {})) {
    done(Error{ErrorCode::kServiceUnavailable, "the subscription was lost"});
  }
}

void RedisReplayer::send(ReplayTask& task) {
  assert(task.done);
  task.timing = needs_time(task);
  if (task.timing) {
    commands_.command(*this, 1).add("TIME");
    return;
  }
  RedisCommand call = scripts_.call(RedisScripts::kReplay, *this, 3, 5);
  const UserTag tag(task.user);
  for (const std::string_view key : {keys::kStream, keys::kLast, keys::kAck}) {
    call.add(names_.user_key(), tag.text(), key);
  }
  call.add(task.after ? to_string(*task.after) : std::string());
  if (task.reach == ReplayRequest::Reach::kAway)
    call.add_number(options_.away_ms);
  else
    call.add("");
  call.add_number(task.entries_max).add_number(task.bytes_max);
  if (task.since_ms)
    call.add_number(*task.since_ms);
  else
    call.add("");
}

// True if the maximum age of the replay could exclude messages that were routed since the user
// connected. Stream ids contain Redis' time, and the delay of the request is unknown, so the time
// is requested first.
bool RedisReplayer::needs_time(const ReplayTask& task) const {
  if (task.reach != ReplayRequest::Reach::kAway || !task.connected_ms || task.since_ms) {
    return false;
  }
  const auto connected_ms = static_cast<uint64_t>(clock_.steady_ms() - *task.connected_ms);
  return connected_ms + options_.travel_ms > options_.away_ms;
}

void RedisReplayer::on_time(ReplayTask task, const redisReply& reply) {
  assert(task.connected_ms);
  if (reply_is_error(reply)) return fails(std::move(task), reply_error(reply));
  const auto time_ms = read_time_reply(reply);
  if (!time_ms) return fails(std::move(task), "unexpected reply to TIME");
  const auto ago_ms = static_cast<uint64_t>(clock_.steady_ms() - *task.connected_ms);
  task.since_ms = *time_ms - std::min(*time_ms, ago_ms);
  waiting_.push_front(std::move(task));
  flush_.ask();
}

void RedisReplayer::on_reply(const redisReply& reply) {
  assert(!flight_.empty());
  ReplayTask task = std::move(flight_.front());
  flight_.pop_front();
  if (!waiting_.empty()) flush_.ask();
  if (!task.done) return;
  if (task.timing) return on_time(std::move(task), reply);
  if (reply_is_error(reply)) return fails(std::move(task), reply_error(reply));
  auto answer = read_replay_reply(reply);
  if (!answer) return fails(std::move(task), "unexpected reply of the replay script");
  succeeded();
  // There is no replay for users who were offline, so nothing counts as missing.
  if (options_.away_ms == 0 && task.reach == ReplayRequest::Reach::kAway) answer->page.cut = 0;
  dropped_ += answer->not_utf8;
  if (!answer->problem.empty()) {
    log_.write_limited("replay", LogLevel::kError, "a user's history cannot be read",
                       {{"error", answer->problem},
                        {"error_detail.error_code", to_string(ErrorCode::kExternalService)},
                        {"error_detail.operation", "bus.replay"}});
    answer->page.last = answer->page.after;  // keeps the known stream id
  }
  task.done(std::move(answer->page));
}

void RedisReplayer::succeeded() {
  faults_.succeeded();
  set_stalled({});
}

void RedisReplayer::fails(ReplayTask task, const std::string& reason) {
  using Verdict = ReplayFaults::Verdict;
  assert(task.done);
  const Verdict verdict = faults_.judge(task, reason);
  if (verdict == Verdict::kStall) {
    waiting_.push_front(std::move(task));
    return stall(reason);
  }
  log_.write_limited("replay_user", LogLevel::kWarning,
                     "a user's replay waits: Redis returns an error for this user",
                     {{"user", task.user}, {"error", reason}});
  if (verdict == Verdict::kGiveUp) return give_up(task, reason);
  if (verdict == Verdict::kHoldAndProbe) script_probe_.ask();
  const uint64_t wait_ms = task.backoff.next_ms();
  delayed_.hold(std::move(task), wait_ms);
}

void RedisReplayer::stall(const std::string& reason) {
  if (is_error_of(reason, "NOSCRIPT")) return scripts_.load_again();
  log_.write_limited("replay", LogLevel::kWarning,
                     "Redis refuses to read message histories; retrying", {{"error", reason}});
  if (!retry_.active()) retry_.start(kRetryMs);
  set_stalled(reason);
}

// The request ends with an empty page, and the user continues with live messages.
void RedisReplayer::give_up(const ReplayTask& task, const std::string& reason) {
  log_.write_limited("replay", LogLevel::kError, "a user's history cannot be read",
                     {{"user", task.user},
                      {"error", reason},
                      {"error_detail.error_code", to_string(ErrorCode::kExternalService)},
                      {"error_detail.operation", "bus.replay"}});
  ReplayPage page;
  page.after = page.last = task.after.value_or(StreamId{});
  task.done(std::move(page));
}

void RedisReplayer::set_stalled(std::string reason) {
  if (reason == stalled_) return;
  stalled_ = std::move(reason);
  changed_();
}

void RedisReplayer::on_reply_lost() {
  assert(!flight_.empty());
  flight_.front().since_ms.reset();  // the next connection may lead to another clock
  flight_.front().failing_since_ms.reset();
  if (flight_.front().done) waiting_.push_back(std::move(flight_.front()));
  flight_.pop_front();
}

}  // namespace hermod
