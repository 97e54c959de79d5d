#include "redis_bus/redis_link_pair.h"

#include <cassert>
#include <utility>

namespace hermod {
namespace {

// How early a tick may come. Another event that occurs once a second (librdkafka's statistics)
// falls into this span after some time, and from then on the two share a wake-up.
constexpr uint64_t kTickSlackMs = 100;

}  // namespace

RedisLinkPair::RedisLinkPair(uv_loop_t* loop, const Clock& clock, Log& log,
                             const RedisBusOptions& options, const RedisChannels& channels,
                             Listener& listener)
    : timeout_ms_(static_cast<int64_t>(options.socket_timeout_ms)),
      listener_(listener),
      commands_(loop, clock, log, options, channels, *this),
      time_(loop, commands_.commands()),
      subscriber_(loop, clock, link_options(options), channels, time_, *this),
      canary_(clock, commands_.commands(), channels, *this),
      failover_(commands_, subscriber_),
      ticker_(loop, kTickSlackMs, [this] { tick(); }) {}

void RedisLinkPair::start(BusListener& texts) {
  subscriber_.start(texts);
}

void RedisLinkPair::connect() {
  commands_.commands().start();
  subscriber_.connect();
}

void RedisLinkPair::move_to(const RedisEndpoint& endpoint) {
  const std::string reason = "the master is now at " + endpoint.address();
  commands_.commands().move_to(endpoint, reason);
  subscriber_.move_to(endpoint, reason);
  failover_.on_moved();
}

void RedisLinkPair::close_subscriptions() {
  subscriber_.stop();
  canary_.close();
  time_.stop();
  ticker_.stop();
}

void RedisLinkPair::stop() {
  close_subscriptions();
  commands_.commands().stop();
}

void RedisLinkPair::renew_names() {
  canary_.close();
  commands_.renew_names();
  subscriber_.renew_canary();
}

void RedisLinkPair::on_canary_subscribed() {
  if (commands_.ready()) canary_.open();
}

std::string RedisLinkPair::down_reason() const {
  if (!commands_.down_reason().empty()) return commands_.down_reason();
  if (!subscriber_.down_reason().empty()) return subscriber_.down_reason();
  return canary_.timed_out() ? "Redis does not answer" : std::string();
}

void RedisLinkPair::on_commands_connected() {
  ++connections_;
  listener_.on_commands_connected();
  if (!ticker_.active()) ticker_.start(canary_.tick_ms());
}

// How the stream ids of before the loss compare with the new ones. On an open link (FLUSHALL), the
// loss is noticed up to a second late. Messages that arrived since then have stream ids of the same
// clock, which are above the old ones. This is also true if only the command link failed since
// then, as long as the new one leads to the same Redis, which the canary proves. If the
// subscription link fails before the proof, nothing is known about the new ids.
void RedisLinkPair::on_data_lost() {
  if (commands_.data_known()) return listener_.on_memory_lost(OldStreamIds::kBelow);
  same_redis_unproven_ = subscriber_.restored() && !failover_.seeking();
  listener_.on_memory_lost(same_redis_unproven_ ? OldStreamIds::kBelow : OldStreamIds::kVoid);
}

void RedisLinkPair::on_canary_received(std::string_view text) {
  if (canary_.on_received(text)) same_redis_unproven_ = false;
}

void RedisLinkPair::on_commands_ready() {
  assert(commands_.ready());
  time_.ask_later();
  listener_.on_commands_ready();
  subscriber_.allow();
  if (subscriber_.restored()) canary_.open();
  listener_.on_links_changed();
}

void RedisLinkPair::on_commands_down() {
  time_.forget();
  subscriber_.forbid();
  canary_.close();
  if (!subscriber_.up()) ticker_.stop();
  listener_.on_commands_down();
  listener_.on_links_changed();
}

void RedisLinkPair::on_subscriber_changed(SubscriberState from, SubscriberState to) {
  listener_.on_subscriber_changed(from, to);
  if (to == SubscriberState::kRestored) {
    ++connections_;
    if (commands_.ready()) canary_.open();
  } else if (to == SubscriberState::kDown) {
    canary_.close();
    if (std::exchange(same_redis_unproven_, false)) listener_.on_stream_ids_void();
    if (!commands_.commands().up()) ticker_.stop();
  }
  listener_.on_links_changed();
}

void RedisLinkPair::tick() {
  ticker_.start(canary_.tick_ms());
  canary_.tick();
  check_timeouts();
  listener_.on_tick();
  time_.ask();
  commands_.tick();
}

// If the command link is silent, the other link is not trusted either: Redis may have moved.
void RedisLinkPair::check_timeouts() {
  RedisCommands& commands = commands_.commands();
  const bool commands_silent = commands.silent_ms() > timeout_ms_;
  const bool subscriber_silent = commands_silent ||
                                 subscriber_.subscriptions().silent_ms() > timeout_ms_ ||
                                 canary_.outstanding_ms() > timeout_ms_;
  const std::string reason = "no answer within " + std::to_string(timeout_ms_) + " ms";
  if (commands_silent) commands.fail(reason);
  if (subscriber_silent && subscriber_.up()) subscriber_.fail(reason);
}

}  // namespace hermod
