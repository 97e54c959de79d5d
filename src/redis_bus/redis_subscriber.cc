// - subscribe() queues the user. Once per loop iteration, the queued users are subscribed, with
//   hundreds of channels in a command.
// - The channels of a user are in one command, the pos channel first. The confirmation of the last
//   channel confirms the user. Until then, no other command is sent for the user, so that each
//   confirmation belongs to the last command.
// - If the link fails, only the set of wanted users is kept. On the next connection, all of them
//   are subscribed again, and on_subscribed() is called for each.
// - A reply that is not valid in subscribed mode, or an error (NOPERM), fails the link. The reason
//   is Redis' error message.
#include "redis_bus/redis_subscriber.h"

#include <cassert>

#include "base/text.h"
#include "redis/push_reply.h"
#include "redis/reply.h"
#include "redis_bus/subscribe_command.h"

namespace hermod {

RedisSubscriber::RedisSubscriber(uv_loop_t* loop, const Clock& clock,
                                 const RedisLinkOptions& options, const RedisChannels& channels,
                                 const RedisTime& time, RedisSubscriberListener& listener)
    : clock_(clock),
      channels_(channels),
      listener_(listener),
      users_([this](std::string_view user) {
        if (texts_ != nullptr) texts_->on_subscribed(user);
      }),
      messages_(channels, time),
      flush_(loop, [this] { flush(); }),
      forget_(loop, [this] { forget_some(); }),
      link_(loop, options, "hermod-subscribe", *this) {}

void RedisSubscriber::enter(State next) {
  assert(next == State::kDown || static_cast<int>(next) == static_cast<int>(state_) + 1);
  assert(next != State::kRestoring || (allowed_ && !users_.forgetting()));
  assert(next != State::kRestored || fence_sent_);
  state_ = next;
}

void RedisSubscriber::start(BusListener& texts) {
  texts_ = &texts;
  link_.start();
}

void RedisSubscriber::stop() {
  enter(State::kDown);
  texts_ = nullptr;
  users_.close();
  flush_.cancel();
  forget_.cancel();
  link_.stop();
}

void RedisSubscriber::subscribe(std::string_view user) {
  users_.add(user);
  if (users_.more()) flush_.ask();
}

void RedisSubscriber::unsubscribe(std::string_view user) {
  users_.remove(user);
  if (users_.more()) flush_.ask();
}

void RedisSubscriber::allow() {
  allowed_ = true;
  maybe_restore();
}

void RedisSubscriber::announce_all() {
  if (!restored()) return;
  users_.announce_all();
  flush_.ask();
}

int64_t RedisSubscriber::silent_ms() const {
  return awaits_reply() ? clock_.steady_ms() - received_ms_ : 0;
}

void RedisSubscriber::on_link_up() {
  enter(State::kUp);
  maybe_restore();
}

void RedisSubscriber::maybe_restore() {
  if (state_ != State::kUp || !allowed_ || users_.forgetting()) return;
  enter(State::kRestoring);
  users_.open();
  flush_.ask();
  listener_.on_subscriber_changed(State::kUp, State::kRestoring);
}

void RedisSubscriber::on_link_down(std::string_view reason) {
  const State from = state_;
  enter(State::kDown);
  reason_ = reason;
  fence_sent_ = false;
  messages_.forget();
  flush_.cancel();
  users_.close();
  if (users_.forgetting()) forget_.ask();
  listener_.on_subscriber_changed(from, State::kDown);
}

// The state of the lost connection is reset before the subscriptions are restored on the next one.
void RedisSubscriber::forget_some() {
  if (users_.forget_some()) return forget_.ask();
  maybe_restore();
}

void RedisSubscriber::flush() {
  assert(state_ >= State::kRestoring);
  const bool awaited = awaits_reply();
  users_.collect();
  if (state_ < State::kRestoring) return;  // a listener made the link fail, or stopped it
  // UNSUBSCRIBE first: a user may have left and returned in between, but not the other way round.
  send_for_users("UNSUBSCRIBE", users_.leaving(), channels_, link_);
  send_for_users("SUBSCRIBE", users_.joining(), channels_, link_);
  users_.sent();
  if (state_ == State::kRestoring && !fence_sent_ && !users_.more()) {
    fence_sent_ = true;
    subscribe_to_canary(channels_, link_);
  }
  if (!awaited && awaits_reply()) received_ms_ = clock_.steady_ms();
  if (users_.more()) return flush_.ask();
  link_.flush();
}

void RedisSubscriber::on_link_reply(const redisReply& reply) {
  const auto push = read_push_reply(reply);
  if (!push) return link_.fail(reply_error(reply));
  if (push->kind == PushReply::Kind::kMessage) return on_message(push->channel, push->text);
  messages_.forget();
  if (push->kind == PushReply::Kind::kSubscribed) on_confirmed(push->channel);
}

void RedisSubscriber::on_message(std::string_view channel, std::string_view text) {
  const auto message = messages_.decode(channel, text);
  if (!message) {
    if (channel == channels_.canary) listener_.on_canary_received(text);
    return;
  }
  if (texts_ == nullptr || !wants(message->user)) return;
  if (is_utf8(text)) {
    texts_->on_text(message->user, message->stream_id, text, message->trace);
  } else {
    ++dropped_;
  }
}

void RedisSubscriber::on_confirmed(std::string_view channel) {
  if (channel == channels_.canary && fence_sent_) {
    enter(State::kRestored);
    fence_sent_ = false;
    reason_.clear();
    link_.settled();
    return listener_.on_subscriber_changed(State::kRestoring, State::kRestored);
  }
  const auto user = channels_.listen.back().match(channel);
  if (!user) return;
  received_ms_ = clock_.steady_ms();
  users_.confirm(*user);
  if (users_.more()) flush_.ask();
}

}  // namespace hermod
