// - Once the link is up and allow() was called, the subscriptions are restored.
// - If the link fails, only the set of wanted users is kept. On the next connection, all of them
//   are subscribed again, and on_subscribed() is called for each.
// - A reply that is not valid in subscribed mode, or an error (NOPERM), fails the link. The reason
//   is Redis' error message.
#include "redis_subscribe/redis_subscriber.h"

#include <cassert>

#include "redis/push_reply.h"
#include "redis/redis_error.h"
#include "redis/reply.h"
#include "redis_topology/cluster_reply.h"

namespace hermod {

RedisSubscriber::RedisSubscriber(uv_loop_t* loop, const Clock& clock,
                                 const RedisLinkOptions& options, const RedisChannels& channels,
                                 const RedisTime& time, RedisSubscriberListener& listener)
    : canary_(channels.canary),
      listener_(listener),
      link_(loop, options, "hermod-subscribe", *this),
      subscriptions_(
          loop, clock, channels, link_,
          {[this](std::string_view user) { texts_.announce(user); }, [this] { maybe_restore(); }}),
      texts_(channels, time, subscriptions_) {}

void RedisSubscriber::enter(State next) {
  assert(next == State::kDown || static_cast<int>(next) == static_cast<int>(state_) + 1);
  assert(next != State::kRestoring || (allowed_ && subscriptions_.may_open()));
  state_ = next;
}

void RedisSubscriber::start(BusListener& texts) {
  texts_.start(texts);
}

void RedisSubscriber::stop() {
  enter(State::kDown);
  texts_.stop();
  subscriptions_.stop();
  link_.stop();
}

void RedisSubscriber::allow() {
  allowed_ = true;
  maybe_restore();
}

void RedisSubscriber::on_link_up() {
  enter(State::kUp);
  maybe_restore();
}

void RedisSubscriber::maybe_restore() {
  if (state_ != State::kUp || !allowed_ || !subscriptions_.may_open()) return;
  enter(State::kRestoring);
  subscriptions_.open();
  listener_.on_subscriber_changed(State::kUp, State::kRestoring);
}

void RedisSubscriber::on_link_down(std::string_view reason) {
  const State from = state_;
  enter(State::kDown);
  reason_ = reason;
  texts_.forget();
  subscriptions_.close();
  listener_.on_subscriber_changed(from, State::kDown);
}

void RedisSubscriber::on_link_reply(const redisReply& reply) {
  const auto push = read_push_reply(reply);
  if (!push) {
    const std::string error = reply_error(reply);
    if (concern_of(error) != Concern::kUser) return link_.fail(error);
    if (const auto moved = read_redirection(error, link_.endpoint())) {
      subscriptions_.on_slot_moved(moved->slot);
    }
    return listener_.on_redirected(error);
  }
  if (push->kind == PushReply::Kind::kMessage) {
    const bool delivered = texts_.deliver(push->channel, push->text);
    if (!delivered && push->channel == canary_) listener_.on_canary_received(push->text);
    return;
  }
  texts_.forget();
  if (push->kind == PushReply::Kind::kShardUnsubscribed) {
    subscriptions_.on_removed(push->channel);
    if (push->channel == canary_) subscriptions_.on_slot_moved(key_slot(canary_));
  }
  if (push->kind != PushReply::Kind::kSubscribed) return;
  if (!subscriptions_.on_confirmed(push->channel)) return;
  state_ == State::kRestored ? listener_.on_canary_subscribed() : on_restored();
}

void RedisSubscriber::on_restored() {
  enter(State::kRestored);
  reason_.clear();
  link_.settled();
  listener_.on_subscriber_changed(State::kRestoring, State::kRestored);
}

}  // namespace hermod
