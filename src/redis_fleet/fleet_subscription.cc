#include "redis_fleet/fleet_subscription.h"

#include <string>
#include <utility>

#include "redis/reply.h"

namespace hermod {

FleetSubscription::FleetSubscription(uv_loop_t* loop, const Clock& clock,
                                     const RedisLinkOptions& options, std::string all_channel,
                                     std::string own_channel, Events events)
    : clock_(clock),
      all_channel_(std::move(all_channel)),
      own_channel_(std::move(own_channel)),
      events_(std::move(events)),
      link_(loop, options, "hermod-fleet-listen", *this) {}

void FleetSubscription::stop() {
  link_.stop();
  confirmed_ = 0;
}

void FleetSubscription::on_link_up() {
  asked_ms_ = clock_.steady_ms();
  link_.command(3).add("SUBSCRIBE").add(all_channel_).add(own_channel_);
}

void FleetSubscription::on_link_reply(const redisReply& reply) {
  asked_ms_ = 0;
  const auto kind = reply_text_at(reply, 0);
  if (kind == "message" && reply_size(reply) == 3) {
    if (const auto text = reply_text_at(reply, 2)) events_.message(*text);
    return;
  }
  if (kind == "subscribe") {
    if (++confirmed_ < 2) return;
    link_.settled();
    return events_.changed(true);
  }
  if (kind == "pong") return;
  const std::string error = reply_error(reply);
  events_.refused(error);
  link_.fail("Redis refuses the channels between processes: " + error);
}

void FleetSubscription::on_link_down(std::string_view /*reason*/) {
  const bool was_ready = ready();
  confirmed_ = 0;
  if (was_ready) events_.changed(false);
}

void FleetSubscription::test(int64_t timeout_ms) {
  if (!link_.up()) return;
  const int64_t now_ms = clock_.steady_ms();
  if (asked_ms_ != 0) {
    if (now_ms - asked_ms_ <= timeout_ms) return;
    return link_.fail("no answer within " + std::to_string(timeout_ms) + " ms");
  }
  asked_ms_ = now_ms;
  link_.command(1).add("PING");
}

}  // namespace hermod
