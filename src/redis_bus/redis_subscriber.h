#pragma once
// The link in subscribed mode: subscribes to the users' channels and passes on the messages with
// their stream ids. After a reconnect, it subscribes to the canary channel last: the confirmation
// of that channel shows that all subscriptions are restored.

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/named_set.h"
#include "bus/bus.h"
#include "redis/redis_link.h"
#include "redis/redis_time.h"
#include "redis_bus/user_subscription.h"
#include "redis_schema/next_message_info.h"
#include "redis_schema/redis_channels.h"
#include "uv/immediate.h"

namespace hermod {

enum class SubscriberState {
  kDown,
  kUp,         // connected; not allowed yet to restore the subscriptions
  kRestoring,  // on_subscribed() is called from now on
  kRestored,   // all subscriptions are confirmed, and canaries are received
};

class RedisSubscriberListener {
 public:
  // `from` and `to` are both kDown if an attempt to connect failed.
  virtual void on_subscriber_changed(SubscriberState from, SubscriberState to) = 0;
  virtual void on_canary_received(std::string_view text) = 0;

 protected:
  ~RedisSubscriberListener() = default;
};

class RedisSubscriber final : RedisLinkListener {
 public:
  RedisSubscriber(uv_loop_t* loop, const Clock& clock, const RedisLinkOptions& options,
                  const RedisChannels& channels, const RedisTime& time,
                  RedisSubscriberListener& listener);

  void start(BusListener& texts) {
    texts_ = &texts;
    link_.start();
  }
  void stop();  // from now on, no listener is called

  void subscribe(std::string_view user);
  void unsubscribe(std::string_view user);
  bool wants(std::string_view user) {
    const UserSubscription* state = users_.find(user);
    return state != nullptr && state->wanted;
  }

  // Subscriptions are restored on a new connection only between allow() and forbid(): stream ids
  // must not be compared before it is known whether Redis still has its data.
  void allow();
  void forbid() { allowed_ = false; }
  void announce_all() {  // calls on_subscribed() for each subscribed user
    if (restored()) queue_all();
  }

  bool restored() const { return state_ == State::kRestored; }
  const std::string& down_reason() const { return reason_; }  // empty: restored
  bool up() const { return link_.up(); }
  void fail(std::string_view reason) { link_.fail(reason); }
  void settled() { link_.settled(); }

  // How long subscriptions have waited for a confirmation; 0 if none waits.
  int64_t silent_ms() const { return unconfirmed_ == 0 ? 0 : clock_.steady_ms() - received_ms_; }

  size_t users() const { return wanted_; }
  uint64_t dropped() const { return dropped_; }  // messages that are not UTF-8

 private:
  using State = SubscriberState;

  void on_link_up() override;
  void on_link_reply(const redisReply& reply) override;
  void on_link_down(std::string_view reason) override;

  void enter(State next);
  void restore();
  void forget_some();
  void queue_all();
  void queue_some();
  void queue(UserSubscription& state);
  void flush();
  void update(UserSubscription& state);
  void send_commands();
  void on_message(std::string_view channel, std::string_view text);
  void on_text(std::string_view user, std::string_view text);
  void on_confirmed(std::string_view channel);

  const Clock& clock_;
  const RedisChannels& channels_;
  const RedisTime& time_;
  RedisSubscriberListener& listener_;
  BusListener* texts_ = nullptr;
  State state_ = State::kDown;
  std::string reason_ = "not connected yet";
  bool allowed_ = false;
  NamedSet<UserSubscription> users_;
  size_t wanted_ = 0;
  // The positions of two iterations over all users; nullopt: not in progress. The state of a lost
  // connection is reset before the subscriptions are restored on the next one.
  std::optional<NamedSet<UserSubscription>::Cursor> forgetting_, queueing_;
  std::deque<UserSubscription*> queue_;               // the users with `queued`
  std::vector<UserSubscription*> joining_, leaving_;  // of the current flush
  bool fence_sent_ = false;  // the SUBSCRIBE for the canary, after those for the users
  NextMessageInfo next_;     // the announcement of the next message
  std::string space_;        // holds a user id that is escaped in a channel name
  int64_t received_ms_ = 0;
  size_t unconfirmed_ = 0;
  uint64_t dropped_ = 0;
  uv::Immediate flush_;
  uv::Immediate forget_;
  RedisLink link_;
};

}  // namespace hermod
