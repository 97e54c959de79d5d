// At the start, and again after each failure:
//   - The command link connects, loads the scripts and checks the generation key. Publications,
//     replays and ack cursors are sent from then on.
//   - The subscription link connects. Once the command link knows whether Redis still has its data,
//     the subscription link subscribes to the channels of all users, and then to the canary
//     channel. The confirmation of the canary channel makes the bus up.
//   - The canary is sent about once a second.
// Failures:
//   - A link fails: it reconnects by itself (redis_link.h). Its commands wait or are sent again.
//   - Redis replies, but with an error (OOM, READONLY ...): the bus is down until the commands
//     work; the reason is Redis' error message.
//   - Redis is a replica: RedisFailover looks for the master.
//   - Redis does not reply: the bus is down within 3 s (redis_canary.h). The links reconnect after
//     the socket timeout.
//   - The generation key changed: the listener is notified that Redis lost its data, on a new link
//     before any user is subscribed again (redis_link_pair.cc).
#include "redis_bus/redis_shard.h"

#include <cassert>
#include <utility>

#include "bus/replay_page.h"
#include "redis/reply.h"

namespace hermod {
namespace {

// How long publications wait until lost subscriptions are restored. If they did not wait, connected
// users would miss a part of a backlog that exceeds the history. If they waited without a limit, a
// Redis that rejects our subscriptions would hold back the records of users of other processes.
constexpr uint64_t kSubscriptionsAwaitedMs = 2000;

LeaseRewrite::Visit user_visits(SubscriptionSet& users) {
  return [&users, cursor = SubscriptionSet::Cursor()](LeaseRewrite::From from,
                                                      const auto& visit) mutable {
    if (from == LeaseRewrite::From::kFirst) cursor = {};
    return users.visit_some(cursor, visit);
  };
}

}  // namespace

RedisShard::RedisShard(uv_loop_t* loop, const Clock& clock, Log& log,
                       const RedisBusOptions& options, ShardId number, Listener& listener)
    : number_(number),
      url_(options.url),
      replicas_known_(options.url.kind != RedisUrl::Kind::kSingle),
      listener_(listener),
      channels_(make_channels(options)),
      state_(log, number, options.url.shown()),
      links_(loop, clock, log, options, channels_, *this),
      redis_{loop,
             links_.commands().commands(),
             links_.commands().scripts(),
             channels_.names,
             links_.commands().shared_state(),
             log,
             *this},
      recent_(clock),
      publisher_(redis_, channels_, publisher_options(options), unpublished_, [this] { update(); }),
      replayer_(redis_, replayer_options(options), [this] { update(); }),
      ack_cursors_(redis_, ack_cursor_options(options)),
      leases_(redis_, options.process, options.notification_ttl_s,
              user_visits(links_.subscriber().subscriptions().users())),
      revocations_(redis_),
      seen_(redis_, channels_, options.process, publisher_options(options).user_s),
      publish_anyway_(loop, [this] { publisher_.resume(); }) {
  links_.subscriber().set_process(options.process);
  if (options.entries_have_hash) links_.subscriber().remember_in(recent_);
  if (options.replicas_min == 0) return;
  replicas_ =
      std::make_unique<ReplicatedAnswers>(redis_, link_options(options), replica_options(options),
                                          publisher_.queue(), [this] { update(); });
}

RedisShard::~RedisShard() {
  assert(state_.may_be_destroyed());
}

void RedisShard::start(BusListener& texts, PublishListener& publications, bool appears) {
  state_.start(texts, appears);
  publisher_.start(publications);
  leases_.start(texts);
  links_.start(texts);
}

void RedisShard::lead_to(const RedisEndpoint& endpoint) {
  assert(!state_.closing());
  if (connected_ && endpoint == links_.endpoint()) return;
  url_.kind = RedisUrl::Kind::kSingle;
  url_.seeds = {endpoint};
  state_.set_url(url_.shown());
  links_.move_to(endpoint);
  if (replicas_) replicas_->move_to(endpoint, "the master is now at " + endpoint.address());
  if (std::exchange(connected_, true)) return;
  links_.connect();
  if (replicas_) replicas_->connect();
}

void RedisShard::set_tag(std::string_view tag) {
  if (tag == channels_.names.tag()) return;
  channels_.set_tag(tag);
  links_.renew_names();
  if (replicas_) replicas_->renew_names();
}

void RedisShard::set_replicas(size_t known) {
  if (replicas_ && replicas_known_) replicas_->set_replicas(known);
}

void RedisShard::on_commands_connected() {
  if (replicas_) replicas_->on_commands_connected();
}

void RedisShard::on_commands_ready() {
  if (state_.closing()) return;
  open_publisher();
  ack_cursors_.resume();  // a page reflects earlier acknowledgements
  replayer_.resume();
  leases_.resume();
  seen_.resume();
}

void RedisShard::on_commands_down() {
  ack_cursors_.pause();
  leases_.pause();
  seen_.pause();
  publisher_.pause();
  if (replicas_) replicas_->on_commands_down();
  publish_anyway_.stop();
  replayer_.pause();
}

void RedisShard::on_subscriber_changed(SubscriberState from, SubscriberState to) {
  assert(!state_.closing());
  if (to == SubscriberState::kRestoring) replayer_.subscribed();
  if (to == SubscriberState::kDown) {
    recent_.on_failover();
    replayer_.unsubscribed();
  }
  if (from == SubscriberState::kRestored || to == SubscriberState::kRestored) open_publisher();
}

void RedisShard::open_publisher() {
  if (!links_.commands().ready()) return;
  if (links_.subscriber().restored()) {
    publish_anyway_.stop();
    publisher_.resume();
  } else {
    publisher_.pause();
    publish_anyway_.start(kSubscriptionsAwaitedMs);
  }
}

void RedisShard::on_memory_lost(OldStreamIds stream_ids) {
  if (state_.closing()) return;
  if (stream_ids == OldStreamIds::kVoid) ack_cursors_.clear();
  state_.report_loss(stream_ids);
  leases_.rewrite(RedisLeases::Loss::kMissing);
}

void RedisShard::on_stream_ids_void() {
  ack_cursors_.clear();
  state_.void_stream_ids();
}

void RedisShard::on_publish_permitted() {
  if (unpublished_.permit()) update();
}

void RedisShard::on_redirected(std::string_view error) {
  if (!state_.closing()) listener_.on_redirected(*this, error);
}

void RedisShard::on_tick() {
  links_.failover().tick(publisher_.stalled());
  suspect();
  if (unpublished_.take_unread()) links_.subscriber().subscriptions().announce_all();
}

void RedisShard::update() {
  if (state_.closing()) return;
  links_.failover().check(publisher_.stalled());
  state_.report(down_reason());
  leases_.set_available(state_.reason().empty());
  revocations_.set_available(state_.reason().empty());
  suspect();
}

void RedisShard::close(Closed closed) {
  if (state_.closing()) return;
  state_.close();
  closed_ = std::move(closed);
  publisher_.stop();
  publish_anyway_.stop();
  replayer_.stop();
  revocations_.stop();
  seen_.stop();
  if (replicas_) replicas_->stop();
  links_.close_subscriptions();
  leases_.close([this] { ack_cursors_.close([this] { maybe_finish_close(); }); });
}

// The leases and the ack cursors close last, since only their writes still use the command link.
void RedisShard::maybe_finish_close() {
  assert(state_.closing());
  links_.stop();
  publisher_.forget();
  state_.finish_close();
  if (closed_) std::exchange(closed_, nullptr)();
}

}  // namespace hermod
