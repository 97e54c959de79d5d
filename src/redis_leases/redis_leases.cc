// A lease is a script call, or HDEL when the user's last connection here has ended.
// - Redis grants all: the answer is the number.
// - The sum over the processes would exceed the limit: the answer is the number that is granted,
//   and the other processes. If some of them are dead, they are removed, and the call is repeated.
// - The link fails, or the shard is down for another reason: what was asked is granted, and is
//   written later.
// - Redis rejects all calls (OOM): the same, with one attempt per second.
// - Redis rejects the call of one user: it is granted and dropped.
// - The user moves to another shard: the call is repeated until then, and granted after a second.
#include "redis_leases/redis_leases.h"

#include <cassert>
#include <utility>

#include "redis/reply.h"

namespace hermod {
namespace keys = redis_keys;
namespace {

constexpr uint64_t kLastWritesMs = 1000;  // how long close() waits for the replies
constexpr size_t kFlightMax = 1000;
constexpr size_t kRewriteMax = 2000;  // leases that wait, while users are visited
constexpr uint8_t kRemovalsMax = 2;   // of dead processes, for one request

}  // namespace

RedisLeases::RedisLeases(const RedisContext& redis, std::string process, uint64_t hold_s,
                         LeaseRewrite::Visit visit_users)
    : redis_(redis),
      process_(std::move(process)),
      presence_(redis, process_, [this] { on_write_done(); }),
      rewrite_(
          redis.loop, std::move(visit_users),
          [this] { return may_send() && queue_.size() < kRewriteMax; },
          [this](std::string_view user) { listener_->on_lease_lost(user); }),
      sweep_(redis, presence_, hold_s),
      flush_(redis.loop, [this] { flush(); }),
      timer_(redis.loop, [this] { on_timer(); }) {}

void RedisLeases::enter(State next) {
  assert(state_ != State::kClosed);
  assert(state_ != State::kClosing || next == State::kClosed);
  assert(next != State::kClosed || state_ == State::kClosing);
  state_ = next;
}

bool RedisLeases::may_ask() const {
  return available_ && !refused_ && state_ == State::kOpen;
}

LeaseAnswer RedisLeases::lease(const LeaseRequest& request) {
  if (state_ >= State::kClosing) return LeaseAnswer::kGranted;
  LeaseRequest asked = request;
  if (taken_)
    asked.held = 0;
  else if (!may_ask())
    asked.held = asked.count;
  const LeaseQueue::Entry& entry = queue_.set(asked, redis_.clock().steady_ms());
  flush_.ask();
  return may_ask() && entry.second.asked() ? LeaseAnswer::kLater : LeaseAnswer::kGranted;
}

void RedisLeases::call_presence(PresenceCall call) {
  if (state_ == State::kClosed) return;
  presence_.push(std::move(call));
  if (state_ == State::kClosing) return flush();
  flush_.ask();
}

void RedisLeases::adopt(std::string_view user, const LeaseQueue::Lease& lease) {
  if (state_ >= State::kClosing) return;
  const uint32_t held = may_ask() ? lease.held : lease.count;
  if (lease.asked() && held == lease.count) granted_.emplace_back(user, lease.count);
  queue_.set({user, lease.count, held, lease.limit}, redis_.clock().steady_ms());
  flush_.ask();
}

void RedisLeases::resume() {
  if (state_ >= State::kClosing) return;
  enter(State::kOpen);
  refused_ = false;
  queue_.resume_delayed();
  flush_.ask();
  rewrite_.go_on();
  if (presence_.on() && redis_.ready()) sweep_.start({});
}

void RedisLeases::pause() {
  if (state_ >= State::kClosing) return timer_.start(0);
  enter(State::kPaused);
  grant_all();
}

void RedisLeases::set_available(bool available) {
  if (state_ >= State::kClosing || available == available_) return;
  available_ = available;
  if (!available) return grant_all();
  rewrite_.go_on();
}

void RedisLeases::rewrite(Loss loss) {
  if (state_ >= State::kClosing) return;
  if (loss == Loss::kTaken) {
    taken_ = true;
    queue_.ask_all();
  }
  rewrite_.start();
}

void RedisLeases::sweep(std::string_view process) {
  assert(process != process_);
  if (state_ == State::kOpen) sweep_.start(process);
}

bool RedisLeases::may_send() const {
  return (state_ == State::kOpen || state_ == State::kClosing) && redis_.ready();
}

void RedisLeases::flush() {
  for (const auto& [user, count] : std::exchange(granted_, {})) listener_->on_lease(user, count);
  if (!may_send() || (refused_ && timer_.active())) return;
  const size_t most = refused_ ? 1 : kFlightMax;
  while (queue_.has_ready() && queue_.in_flight() < most) send(queue_.send());
  presence_.send();
  redis_.commands.flush();
}

void RedisLeases::send(const LeaseQueue::Entry& entry) {
  if (presence_.on()) return presence_.send_lease(*this, entry);
  const UserTag tag(entry.first);
  const LeaseQueue::Lease& lease = entry.second;
  if (lease.count == 0) {
    redis_.commands.command(*this, 3)
        .add("HDEL")
        .add(redis_.names.user_key(), tag.text(), keys::kPresence)
        .add(process_);
    return;
  }
  redis_.scripts.call(RedisScripts::kLease, *this, 1, 5)
      .add(redis_.names.user_key(), tag.text(), keys::kPresence)
      .add(process_)
      .add_number(lease.count)
      .add_number(lease.held)
      .add_number(lease.limit)
      .add_number(keys::kPresenceSeconds);
}

void RedisLeases::on_reply(const redisReply& reply) {
  assert(state_ != State::kClosed);
  LeaseQueue::Entry* const entry = queue_.pop();
  if (reply_is_error(reply)) {
    on_error(entry, reply_error(reply));
  } else {
    faults_.succeeded();
    refused_ = false;
    const redisReply& answer = presence_.on() ? presence_.read(reply) : reply;
    if (entry != nullptr) on_answer(*entry, answer);
  }
  on_write_done();
}

void RedisLeases::on_answer(LeaseQueue::Entry& entry, const redisReply& reply) {
  const redisReply* const number = reply_size(reply) > 0 ? reply_at(reply, 0) : &reply;
  const auto granted = static_cast<uint32_t>(reply_integer(*number).value_or(0));
  if (reply_size(reply) > 1 && remove_dead(reply, entry)) return queue_.retry(entry);
  const bool answers = entry.second.asked() && !entry.second.changed;
  const std::string user = answers ? entry.first : std::string();
  queue_.finish(entry);
  if (answers && state_ < State::kClosing) listener_->on_lease(user, granted);
}

// Removes the dead ones of the processes that the reply names. Returns true if there are any.
bool RedisLeases::remove_dead(const redisReply& reply, LeaseQueue::Entry& entry) {
  if (liveness_ == nullptr || entry.second.removals >= kRemovalsMax) return false;
  bool any = false;
  ++entry.second.removals;
  for (size_t i = 1; i < reply_size(reply); ++i) {
    const auto process = reply_text_at(reply, i);
    if (!process || !liveness_->is_dead(*process)) continue;
    any = true;
    redis_.commands.command(ignored_, 3)
        .add("HDEL")
        .add(redis_.names.user_key(), UserTag(entry.first).text(), keys::kPresence)
        .add(*process);
  }
  return any;
}

void RedisLeases::on_reply_lost() {
  if (LeaseQueue::Entry* const entry = queue_.pop()) queue_.retry(*entry);
  on_write_done();
}

void RedisLeases::on_write_done() {
  if (state_ == State::kClosing && all_written()) timer_.start(0);
  if ((queue_.has_ready() || presence_.has_waiting()) && may_send()) flush_.ask();
  if (queue_.size() < kRewriteMax) rewrite_.go_on();
  if (queue_.size() == 0 && !rewrite_.in_progress()) taken_ = false;
}

void RedisLeases::on_timer() {
  if (state_ == State::kClosing) {
    enter(State::kClosed);
    flush_.cancel();
    return std::exchange(closed_, nullptr)();
  }
  queue_.resume_delayed();
  flush();
}

void RedisLeases::close(Closed closed) {
  assert(!closed_);
  closed_ = std::move(closed);
  const bool open = state_ == State::kOpen && !refused_;
  enter(State::kClosing);
  rewrite_.stop();
  presence_.close();
  queue_.resume_delayed();
  if (open) flush();
  timer_.start(open && !all_written() ? kLastWritesMs : 0);
}

}  // namespace hermod
