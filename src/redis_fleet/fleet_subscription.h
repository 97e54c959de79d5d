#pragma once
// The link that receives the messages between processes: subscribes to the channel of all processes
// and to that of this one, and tests the link with PING. RedisFleetTransport owns it.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "redis/redis_link.h"

namespace hermod {

class FleetSubscription final : RedisLinkListener {
 public:
  struct Events {
    std::function<void(bool ready)> changed;  // ready() did
    std::function<void(std::string_view text)> message;
    std::function<void(const std::string& error)> refused;  // the link fails and tries again
  };

  FleetSubscription(uv_loop_t* loop, const Clock& clock, const RedisLinkOptions& options,
                    std::string all_channel, std::string own_channel, Events events);

  void start() { link_.start(); }
  void stop();
  void move_to(const RedisEndpoint& endpoint, std::string_view reason) {
    link_.move_to(endpoint, reason);
  }

  // Both channels are subscribed.
  bool ready() const { return confirmed_ == 2; }

  // Sends a PING, or fails the link if an earlier command has had no reply for `timeout_ms`.
  void test(int64_t timeout_ms);

 private:
  void on_link_up() override;
  void on_link_reply(const redisReply& reply) override;
  void on_link_down(std::string_view reason) override;

  const Clock& clock_;
  std::string all_channel_;
  std::string own_channel_;
  Events events_;
  int confirmed_ = 0;  // channels
  // Steady time of the first command that no reply has followed; 0: there is none.
  int64_t asked_ms_ = 0;
  RedisLink link_;
};

}  // namespace hermod
