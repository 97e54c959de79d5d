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
#include "redis_bus/subscription_set.h"
#include "redis_schema/message_decoder.h"
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

  void start(BusListener& texts);
  void stop();  // from now on, no listener is called

  void subscribe(std::string_view user);
  void unsubscribe(std::string_view user);
  bool wants(std::string_view user) { return users_.wants(user); }

  // Subscriptions are restored on a new connection only between allow() and forbid(): stream ids
  // must not be compared before it is known whether Redis still has its data.
  void allow();
  void forbid() { allowed_ = false; }
  void announce_all();  // calls on_subscribed() for each subscribed user

  bool restored() const { return state_ == State::kRestored; }
  const std::string& down_reason() const { return reason_; }  // empty: restored
  bool up() const { return link_.up(); }
  void fail(std::string_view reason) { link_.fail(reason); }

  // How long subscriptions have waited for a confirmation; 0 if none waits.
  int64_t silent_ms() const;

  size_t users() const { return users_.size(); }
  uint64_t dropped() const { return dropped_; }  // messages that are not UTF-8

 private:
  using State = SubscriberState;

  void on_link_up() override;
  void on_link_reply(const redisReply& reply) override;
  void on_link_down(std::string_view reason) override;

  void enter(State next);
  void maybe_restore();
  void forget_some();
  void flush();
  bool awaits_reply() const { return users_.unconfirmed() > 0 || fence_sent_; }
  void on_message(std::string_view channel, std::string_view text);
  void on_confirmed(std::string_view channel);

  const Clock& clock_;
  const RedisChannels& channels_;
  RedisSubscriberListener& listener_;
  BusListener* texts_ = nullptr;
  State state_ = State::kDown;
  std::string reason_ = "not connected yet";
  bool allowed_ = false;
  bool fence_sent_ = false;  // the SUBSCRIBE for the canary, after those for the users
  SubscriptionSet users_;
  MessageDecoder messages_;
  int64_t received_ms_ =
      0;  // time of the last confirmation, or of the first command that awaits one
  uint64_t dropped_ = 0;
  uv::Immediate flush_;
  uv::Immediate forget_;
  RedisLink link_;
};

}  // namespace hermod
