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
#include "redis_bus/redis_bus.h"

#include <cassert>
#include <utility>

#include "bus/replay_page.h"

namespace hermod {
namespace {

constexpr uint64_t kMapPauseMs = 20;

BusMode mode_of(RedisUrl::Kind kind) {
  switch (kind) {
    case RedisUrl::Kind::kSentinel:
      return BusMode::kSentinel;
    case RedisUrl::Kind::kCluster:
      return BusMode::kCluster;
    case RedisUrl::Kind::kSingle:
      break;
  }
  return BusMode::kSingle;
}

std::string_view label(ReplicaNode::State state) {
  switch (state) {
    case ReplicaNode::State::kOnline:
      return "online";
    case ReplicaNode::State::kSyncing:
      return "synchronizing";
    case ReplicaNode::State::kFailed:
      break;
  }
  return "failed";
}

}  // namespace

RedisBus::RedisBus(uv_loop_t* loop, const Clock& clock, Log& log, RedisBusOptions options)
    : log_(log),
      options_(std::move(options)),
      topology_(make_topology(loop, clock, topology_options(options_))),
      shards_(loop, {.make = [this](ShardId number) { return make_shard(number); },
                     .moved = [this](std::string_view user) { texts_->on_user_moved(user); },
                     .gone = [this](const RedisShard& shard) { on_gone(shard); }}),
      map_pause_(loop, [this] { apply_map(); }) {}

RedisBus::~RedisBus() {
  assert(state_.may_be_destroyed());
}

Result<void> RedisBus::start(BusListener& texts, PublishListener& publications) {
  state_.start(texts);
  if (const std::string shared = shared_channels_warning(options_); !shared.empty()) {
    log_.warning(shared, {{"url", options_.url.shown()}});
  }
  topology_->start(*this);
  apply_map();
  started_ = true;
  return {};
}

std::unique_ptr<RedisShard> RedisBus::make_shard(ShardId number) {
  assert(state_ == State::kOpen);
  RedisShard::Listener& listener = *this;
  auto shard = std::make_unique<RedisShard>(loop_, clock_, log_, options_, number, listener);
  shard->start(*texts_, *publications_, started_);
  return shard;
}

void RedisBus::on_gone(const RedisShard& shard) {
  BusStatus last;
  shard.fill(last);
  gone_.reconnects += last.reconnects;
  gone_.memory_losses += last.memory_losses;
  gone_.external_dropped += last.external_dropped;
  gone_.unreplicated += last.shards.front().unreplicated;
  texts_->on_bus_state(shard.number(), BusState::kGone, {});
}

void RedisBus::publish(const Publication& publication) {
  publisher_.publish(publication);
}

void RedisBus::subscribe(std::string_view user) {
  if (!state_.closing()) links_.subscriber().subscriptions().add(user);
}

void RedisBus::unsubscribe(std::string_view user) {
  if (state_.closing()) return;
  links_.subscriber().subscriptions().remove(user);
  ack_cursors_.write_now(user);
}

void RedisBus::replay(const ReplayRequest& request, ReplayDone done) {
  if (state_.closing()) return;
  const StreamId given = request.after ? StreamId{} : ack_cursors_.newest(request.user);
  if (!given) return replayer_.replay(request, std::move(done));
  replayer_.replay(request, [given, done = std::move(done)](Result<ReplayPage> page) {
    if (page) begin_after(page.value(), given);
    done(std::move(page));
  });
}

void RedisBus::acknowledge(std::string_view user, StreamId stream_id) {
  if (state_.closing() || !stream_id) return;
  ack_cursors_.acknowledge(user, stream_id);
  if (!links_.subscriber().subscriptions().wants(user)) ack_cursors_.write_now(user);
}

void RedisBus::on_commands_ready() {
  if (state_.closing()) return;
  open_publisher();
  replayer_.resume();
  ack_cursors_.resume();
}

void RedisBus::on_commands_down() {
  ack_cursors_.pause();
  publisher_.pause();
  publish_anyway_.stop();
  replayer_.pause();
}

void RedisBus::on_subscriber_changed(SubscriberState from, SubscriberState to) {
  assert(!state_.closing());
  if (to == SubscriberState::kRestoring) replayer_.subscribed();
  if (to == SubscriberState::kDown) replayer_.unsubscribed();
  if (from == SubscriberState::kRestored || to == SubscriberState::kRestored) open_publisher();
}

void RedisBus::open_publisher() {
  if (!links_.commands().ready()) return;
  if (links_.subscriber().restored()) {
    publish_anyway_.stop();
    publisher_.resume();
  } else {
    publisher_.pause();
    publish_anyway_.start(kSubscriptionsAwaitedMs);
  }
}

void RedisBus::on_memory_lost(OldStreamIds stream_ids) {
  if (state_.closing()) return;
  if (stream_ids == OldStreamIds::kVoid) ack_cursors_.clear();
  state_.report_loss(stream_ids);
}

void RedisBus::on_stream_ids_void() {
  ack_cursors_.clear();
  state_.void_stream_ids();
}

void RedisBus::on_publish_permitted() {
  if (unpublished_.permit()) update();
}

void RedisBus::on_tick() {
  links_.failover().tick(publisher_.stalled());
  if (unpublished_.take_unread()) links_.subscriber().subscriptions().announce_all();
}

void RedisBus::update() {
  if (state_.closing()) return;
  links_.failover().check(publisher_.stalled());
  state_.report(down_reason());
}

std::string RedisBus::down_reason() const {
  std::string reason = links_.down_reason();
  if (reason.empty()) reason = publisher_.stalled();
  if (reason.empty()) reason = links_.failover().replica_reason(publisher_.stalled());
  if (reason.empty()) reason = links_.commands().server().refusal();
  if (reason.empty()) reason = replayer_.stalled();
  return reason;
}

BusStatus RedisBus::status() const {
  const RedisServerCheck& server = links_.commands().server();
  BusStatus status;
  status.url = options_.url.shown();
  status.mode = mode_of(options_.url.kind);
  status.memory_losses = gone_.memory_losses;
  status.reconnects = gone_.reconnects;
  status.external_dropped = gone_.external_dropped;
  status.unreplicated = gone_.unreplicated;
  shards_.for_each([&status](const RedisShard& shard) { shard.fill(status); });
  add_topology(status);
  sum_up_shards(status);
  return status;
}

void RedisBus::add_topology(BusStatus& status) const {
  const SlotMap& map = topology_->map();
  for (ShardStatus& shard : status.shards) {
    if (shard.shard >= map.masters().size()) continue;
    for (const ReplicaNode& replica : map.masters()[shard.shard].replicas) {
      shard.replicas.push_back({replica.endpoint.address(), std::string(label(replica.state))});
    }
  }
  const TopologyFacts facts = topology_->facts();
  for (const auto& slot : facts.open_slots) status.open_slots.push_back(slot.open.slot);
  if (!facts.trouble.empty()) status.troubles.push_back(facts.trouble);
}

void RedisBus::close(Closed closed) {
  if (state_.closing()) return;
  state_.close();
  closed_ = std::move(closed);
  publisher_.stop();
  publish_anyway_.stop();
  replayer_.stop();
  links_.close_subscriptions();
  ack_cursors_.close([this] { maybe_finish_close(); });
}

// The ack cursors close last, since only their writes still use the command link.
void RedisBus::maybe_finish_close() {
  assert(state_.closing());
  links_.stop();
  publisher_.forget();
  state_.finish_close();
  if (closed_) std::exchange(closed_, nullptr)();
}

}  // namespace hermod
