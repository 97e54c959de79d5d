// - subscribe() queues the user. Once per loop iteration, the queued users are subscribed, with
//   hundreds of channels in a command.
// - The channels of a user are in one command, the pos channel first. The confirmation of the last
//   channel confirms the user. Until then, no other command is sent for the user, so that each
//   confirmation belongs to the last command.
// - A stream id on the pos channel applies only to the next message, and only if that message is
//   for the same user. The message may be on any channel of the user, because processes may publish
//   on different ones while the settings are being changed. In the same way, a traceparent applies
//   to the stream id that follows it.
// - If the link fails, only the set of wanted users is kept. On the next connection, all of them
//   are subscribed again, and on_subscribed() is called for each.
// - A reply that is not valid in subscribed mode, or an error (NOPERM), fails the link. The reason
//   is Redis' error message.
#include "redis_bus/redis_subscriber.h"

#include <cassert>
#include <utility>

#include "base/text.h"
#include "redis/push_reply.h"
#include "redis/reply.h"
#include "redis_bus/subscribe_command.h"

namespace hermod {
namespace {

constexpr size_t kUsersPerIteration = 500;

}  // namespace

RedisSubscriber::RedisSubscriber(uv_loop_t* loop, const Clock& clock,
                                 const RedisLinkOptions& options, const RedisChannels& channels,
                                 const RedisTime& time, RedisSubscriberListener& listener)
    : clock_(clock),
      channels_(channels),
      time_(time),
      listener_(listener),
      flush_(loop, [this] { flush(); }),
      forget_(loop, [this] { forget_some(); }),
      link_(loop, options, "hermod-subscribe", *this) {}

void RedisSubscriber::enter(State next) {
  assert(next == State::kDown || static_cast<int>(next) == static_cast<int>(state_) + 1);
  assert(next != State::kRestoring || (allowed_ && !forgetting_));
  assert(next != State::kRestored || fence_sent_);
  state_ = next;
}

void RedisSubscriber::stop() {
  enter(State::kDown);
  texts_ = nullptr;
  flush_.cancel();
  forget_.cancel();
  link_.stop();
}

void RedisSubscriber::subscribe(std::string_view user) {
  if (user.empty() || user.size() > UserSubscription::kLengthMax) return;
  UserSubscription& state = users_.get(user);
  if (state.wanted) return;
  ++wanted_;
  state.wanted = true;
  state.announce = true;
  if (state_ >= State::kRestoring) queue(state);
}

void RedisSubscriber::unsubscribe(std::string_view user) {
  UserSubscription* state = users_.find(user);
  if (state == nullptr || !state->wanted) return;
  --wanted_;
  state->wanted = false;
  state->announce = false;
  if (state_ >= State::kRestoring) return queue(*state);
  users_.remove(*state);
}

void RedisSubscriber::allow() {
  allowed_ = true;
  if (state_ == State::kUp && !forgetting_) restore();
}

void RedisSubscriber::on_link_up() {
  enter(State::kUp);
  if (allowed_ && !forgetting_) restore();
}

void RedisSubscriber::restore() {
  enter(State::kRestoring);
  fence_sent_ = false;
  listener_.on_subscriber_changed(State::kUp, State::kRestoring);
  queue_all();
}

void RedisSubscriber::queue_all() {
  queueing_.emplace();
  flush_.ask();
}

// Subscribes all users on a new connection, and announces them on an existing one.
void RedisSubscriber::queue_some() {
  const bool more =
      users_.visit_some(*queueing_, kUsersPerIteration, [this](UserSubscription& state) {
        if (!state.wanted || state.pending) return;
        if (state_ == State::kRestored) state.announce = true;
        queue(state);
      });
  if (!more) queueing_.reset();
}

void RedisSubscriber::on_link_down(std::string_view reason) {
  const State from = state_;
  enter(State::kDown);
  reason_ = reason;
  unconfirmed_ = 0;
  next_.forget();
  queue_.clear();
  joining_.clear();
  leaving_.clear();
  flush_.cancel();
  queueing_.reset();
  if (from >= State::kRestoring) {  // a failed attempt to connect leaves nothing to forget
    assert(!forgetting_);
    forgetting_.emplace();
    forget_.ask();
  }
  listener_.on_subscriber_changed(from, State::kDown);
}

void RedisSubscriber::forget_some() {
  const bool more =
      users_.visit_some(*forgetting_, kUsersPerIteration, [this](UserSubscription& state) {
        state.sent = state.pending = state.queued = false;
        if (!state.wanted) users_.remove(state);
      });
  if (more) return forget_.ask();
  forgetting_.reset();
  if (allowed_ && state_ == State::kUp) restore();
}

void RedisSubscriber::queue(UserSubscription& state) {
  if (state.queued || state.pending) return;
  state.queued = true;
  queue_.push_back(&state);
  flush_.ask();
}

void RedisSubscriber::flush() {
  if (queueing_) queue_some();
  for (size_t i = 0; i < kUsersPerIteration && !queue_.empty(); ++i) {
    UserSubscription& state = *queue_.front();
    queue_.pop_front();
    state.queued = false;
    update(state);
    if (texts_ == nullptr || state_ < State::kRestoring) return;
  }
  send_commands();
  if (queueing_ || !queue_.empty()) return flush_.ask();
  if (state_ == State::kRestoring && !fence_sent_) {
    fence_sent_ = true;
    if (unconfirmed_++ == 0) received_ms_ = clock_.steady_ms();
    subscribe_to_canary(channels_, link_);
  }
  link_.flush();
}

// Collects the command that the user needs, if any. If it needs none, announces the user if the
// caller waits for on_subscribed().
void RedisSubscriber::update(UserSubscription& state) {
  if (state.wanted && !state.sent) {
    state.sent = state.pending = true;
    if (unconfirmed_++ == 0) received_ms_ = clock_.steady_ms();
    joining_.push_back(&state);
  } else if (!state.wanted && state.sent) {
    state.sent = false;
    leaving_.push_back(&state);
  } else if (!state.wanted) {
    users_.remove(state);
  } else if (state.announce) {
    state.announce = false;
    texts_->on_subscribed(state.name());
  }
}

void RedisSubscriber::send_commands() {
  // UNSUBSCRIBE first: a user may have left and returned in between, but not the other way round.
  send_for_users("UNSUBSCRIBE", leaving_, channels_, link_);
  send_for_users("SUBSCRIBE", joining_, channels_, link_);
  for (UserSubscription* state : leaving_) {
    if (!state->wanted && !state->queued) users_.remove(*state);
  }
  joining_.clear();
  leaving_.clear();
}

void RedisSubscriber::on_link_reply(const redisReply& reply) {
  const auto push = read_push_reply(reply);
  if (!push) return link_.fail(reply_error(reply));
  if (push->kind == PushReply::Kind::kMessage) return on_message(push->channel, push->text);
  next_.forget();
  if (push->kind == PushReply::Kind::kSubscribed) on_confirmed(push->channel);
}

void RedisSubscriber::on_message(std::string_view channel, std::string_view text) {
  if (const auto user = channels_.names.pos_user(channel, space_)) {
    return next_.receive(*user, text, &time_);
  }
  for (const ChannelPattern& pattern : channels_.listen) {
    const auto user = pattern.match(channel);
    if (!user) continue;
    if (next_.user != *user) next_.forget();
    on_text(*user, text);
    return next_.forget();
  }
  next_.forget();
  if (channel == channels_.canary) listener_.on_canary_received(text);
}

void RedisSubscriber::on_text(std::string_view user, std::string_view text) {
  if (texts_ == nullptr || !wants(user)) return;
  if (is_utf8(text)) {
    texts_->on_text(user, next_.stream_id, text, next_.trace);
  } else {
    ++dropped_;
  }
}

void RedisSubscriber::on_confirmed(std::string_view channel) {
  if (channel == channels_.canary && fence_sent_ && state_ == State::kRestoring) {
    --unconfirmed_;
    enter(State::kRestored);
    reason_.clear();
    return listener_.on_subscriber_changed(State::kRestoring, State::kRestored);
  }
  const auto user = channels_.listen.back().match(channel);
  UserSubscription* state = user ? users_.find(*user) : nullptr;
  if (state == nullptr || !state->pending) return;
  state->pending = false;
  --unconfirmed_;
  received_ms_ = clock_.steady_ms();
  if (!state->wanted) return queue(*state);
  state->announce = false;
  if (texts_ != nullptr) texts_->on_subscribed(*user);
}

}  // namespace hermod
