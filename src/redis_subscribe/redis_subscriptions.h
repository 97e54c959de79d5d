#pragma once
// Keeps the users' channels subscribed on the subscription link: sends the commands and processes
// their confirmations. After open(), it restores all subscriptions and subscribes to the canary
// channel last. RedisSubscriber owns it and calls open() and close() as the link changes.

#include <bitset>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "redis/redis_link.h"
#include "redis_schema/redis_channels.h"
#include "redis_subscribe/subscription_set.h"
#include "redis_topology/key_slot.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

class RedisSubscriptions {
 public:
  struct Events {
    // The subscription of this user is confirmed, or announce_all() was called.
    std::function<void(std::string_view user)> announce;
    std::function<void()> may_open;  // may_open() is true again, some time after close()
  };

  RedisSubscriptions(uv_loop_t* loop, const Clock& clock, const RedisChannels& channels,
                     RedisLink& link, Events events);

  void add(std::string_view user);
  void remove(std::string_view user);
  // Removes and returns the wanted users for which `leaves` returns true.
  std::vector<std::string> release(const UserPredicate& leaves);
  bool wants(std::string_view user) { return users_.wants(user); }
  size_t size() const { return users_.size(); }
  SubscriptionSet& users() { return users_; }

  // The state of the lost connection is reset before the subscriptions can be restored.
  bool may_open() const { return !users_.forgetting(); }
  void open();   // the link is up. Precondition: may_open()
  void close();  // the link is down: only the set of wanted users is kept
  void stop();   // the same, and may_open() is not reported
  void announce_all();
  // The name of the canary channel has changed, or the subscription to it was refused.
  void renew_canary();

  // Redis refused subscriptions of this slot, or removed the one on this channel, because another
  // server has the slot. The users are subscribed again some milliseconds later, unless they have
  // moved to another shard by then.
  void on_slot_moved(uint16_t slot);
  void on_removed(std::string_view channel);

  // The confirmation of a channel. Returns true if it is the canary channel, and with it all
  // subscriptions are restored.
  bool on_confirmed(std::string_view channel);

  // How long subscriptions have waited for a confirmation; 0 if none waits.
  int64_t silent_ms() const;

 private:
  enum class State {
    kClosed,
    kRestoring,
    kFenced,  // the command for the canary channel was sent, after those for the users
    kRestored,
  };

  void enter(State next);
  void flush();
  void forget_some();
  void send_again();
  bool awaits_reply() const { return users_.unconfirmed() > 0 || state_ == State::kFenced; }

  const Clock& clock_;
  const RedisChannels& channels_;
  RedisLink& link_;
  std::function<void()> may_open_;
  State state_ = State::kClosed;
  SubscriptionSet users_;
  std::string space_;        // holds a user id that is escaped in a channel name
  int64_t received_ms_ = 0;  // of the last confirmation, or of the first command that awaits one
  uv::Immediate flush_;
  uv::Immediate forget_;
  std::bitset<kSlotCount> moved_slots_;  // whose subscriptions were refused
  uv::Timer again_;                      // until lost subscriptions are sent again
};

}  // namespace hermod
