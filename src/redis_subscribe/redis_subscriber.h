#pragma once
// The link in subscribed mode: subscribes to the users' channels and passes on the messages with
// their stream ids. After a reconnect, it subscribes to the canary channel last: the confirmation
// of that channel shows that all subscriptions are restored.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "bus/bus.h"
#include "redis/redis_link.h"
#include "redis_schema/redis_channels.h"
#include "redis_subscribe/redis_subscriptions.h"
#include "redis_subscribe/text_delivery.h"

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
  virtual void on_canary_subscribed() = 0;  // after renew_canary()
  // Redis serves the channel of a user, or the canary channel, elsewhere.
  virtual void on_redirected(std::string_view error) = 0;

 protected:
  ~RedisSubscriberListener() = default;
};

class RedisSubscriber final : RedisLinkListener {
 public:
  RedisSubscriber(uv_loop_t* loop, const Clock& clock, const RedisLinkOptions& options,
                  const RedisChannels& channels, const RedisTime& time,
                  RedisSubscriberListener& listener);

  void start(BusListener& texts);  // from now on, the listener is called
  void connect() { link_.start(); }
  // From now on, the link leads to `endpoint`; see RedisLink::move_to().
  void move_to(const RedisEndpoint& endpoint, std::string_view reason) {
    link_.move_to(endpoint, reason);
  }
  void stop();  // from now on, no listener is called

  // From now on, `recent` gets the events that are received. It must outlive this object.
  void set_process(std::string_view process) { texts_.set_process(process); }
  void remember_in(RecentEvents& recent) { texts_.remember_in(recent); }

  RedisSubscriptions& subscriptions() { return subscriptions_; }
  const RedisSubscriptions& subscriptions() const { return subscriptions_; }

  // Subscriptions are restored on a new connection only between allow() and forbid(): stream ids
  // must not be compared before it is known whether Redis still has its data.
  void allow();
  void forbid() { allowed_ = false; }

  // The name of the canary channel has changed: subscribes to it, if all is restored.
  void renew_canary() { subscriptions_.renew_canary(); }

  bool restored() const { return state_ == State::kRestored; }
  const std::string& down_reason() const { return reason_; }  // empty: restored
  bool up() const { return link_.up(); }
  void fail(std::string_view reason) { link_.fail(reason); }

  uint64_t dropped() const { return texts_.dropped(); }  // malformed or not UTF-8

 private:
  using State = SubscriberState;

  void on_link_up() override;
  void on_link_reply(const redisReply& reply) override;
  void on_link_down(std::string_view reason) override;

  void enter(State next);
  void maybe_restore();
  void on_restored();

  const std::string& canary_;  // the name of the canary channel
  RedisSubscriberListener& listener_;
  State state_ = State::kDown;
  std::string reason_ = "not connected yet";
  bool allowed_ = false;
  RedisLink link_;
  RedisSubscriptions subscriptions_;
  TextDelivery texts_;
};

}  // namespace hermod
