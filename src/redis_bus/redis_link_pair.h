#pragma once
// The two links of a bus: one carries commands, the other one is in subscribed mode. Restores the
// subscriptions once it is known whether Redis still has its data, and tests both links about once
// a second with the canary and by their time without a reply. RedisBus owns it.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "bus/bus.h"
#include "hermod/log.h"
#include "redis/redis_time.h"
#include "redis_bus/redis_bus_options.h"
#include "redis_bus/redis_canary.h"
#include "redis_bus/redis_command_link.h"
#include "redis_bus/redis_failover.h"
#include "redis_subscribe/redis_subscriber.h"
#include "uv/slack_timer.h"

namespace hermod {

class RedisLinkPair final : RedisCommandLink::Listener,
                            RedisSubscriberListener,
                            RedisCanary::Listener {
 public:
  // RedisBus implements it.
  class Listener {
   public:
    virtual void on_commands_connected() = 0;  // before on_commands_ready()
    virtual void on_commands_ready() = 0;      // commands may be sent; see RedisCommandLink
    virtual void on_commands_down() = 0;
    virtual void on_subscriber_changed(SubscriberState from, SubscriberState to) = 0;
    virtual void on_publish_permitted() = 0;  // Redis refused PUBLISH, and now permits it
    virtual void on_memory_lost(OldStreamIds stream_ids) = 0;
    // A loss was reported as kBelow, but the subscription link failed before it was certain.
    virtual void on_stream_ids_void() = 0;
    // Redis serves a user, or one of the shard's own keys, elsewhere.
    virtual void on_redirected(std::string_view error) = 0;
    virtual void on_tick() = 0;           // about once a second, while a link is up
    virtual void on_links_changed() = 0;  // down_reason() or the result of a check may have changed

   protected:
    ~Listener() = default;
  };

  RedisLinkPair(uv_loop_t* loop, const Clock& clock, Log& log, const RedisBusOptions& options,
                const RedisChannels& channels, Listener& listener);

  void start(BusListener& texts);  // from now on, the listeners are called
  void connect();
  // Both links lead to `endpoint` from now on, whatever the former server still accepts. Before
  // connect(), this only sets the endpoint.
  void move_to(const RedisEndpoint& endpoint);
  const RedisEndpoint& endpoint() const { return commands_.endpoint(); }
  // The names of the shard's own keys and channels have changed.
  void renew_names();
  // Ends everything except the command link, which still carries the last writes.
  void close_subscriptions();
  void stop();  // immediately, without a call of the listener

  // Why the links cannot be used; empty: they can.
  std::string down_reason() const;
  uint64_t reconnects() const { return connections_ > 2 ? connections_ - 2 : 0; }

  RedisCommandLink& commands() { return commands_; }
  const RedisCommandLink& commands() const { return commands_; }
  RedisSubscriber& subscriber() { return subscriber_; }
  const RedisSubscriber& subscriber() const { return subscriber_; }
  const RedisCanary& canary() const { return canary_; }
  RedisFailover& failover() { return failover_; }
  const RedisFailover& failover() const { return failover_; }

 private:
  void on_commands_connected() override;
  void on_data_lost() override;
  void on_commands_ready() override;
  void on_commands_down() override;
  void on_commands_checked() override { listener_.on_links_changed(); }
  void on_subscriber_changed(SubscriberState from, SubscriberState to) override;
  void on_canary_received(std::string_view text) override;
  void on_canary_subscribed() override;
  void on_redirected(std::string_view error) override { listener_.on_redirected(error); }
  void on_canary_changed() override { listener_.on_links_changed(); }
  void on_publish_permitted() override { listener_.on_publish_permitted(); }

  void tick();
  void check_timeouts();

  int64_t timeout_ms_;
  Listener& listener_;
  uint64_t connections_ = 0;          // established by both links
  bool same_redis_unproven_ = false;  // a new command link reported a loss as kBelow
  // Declared in this order, because the later ones use the earlier ones.
  RedisCommandLink commands_;
  RedisTime time_;
  RedisSubscriber subscriber_;
  RedisCanary canary_;
  RedisFailover failover_;
  uv::SlackTimer ticker_;
};

}  // namespace hermod
