// Until the first map, users wait in a shard that is not connected. A map is used at most every
// 20 ms: while slots move, each of them changes it, and each use visits all users.
#include "redis_bus/redis_bus.h"

#include <cassert>
#include <utility>

#include "base/process_id.h"
#include "redis/reply.h"
#include "redis_topology/make_topology.h"

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

}  // namespace

RedisBus::RedisBus(uv_loop_t* loop, const Clock& clock, Log& log, RedisBusOptions options)
    : loop_(loop),
      clock_(clock),
      log_(log),
      options_(std::move(options)),
      topology_(make_topology(loop, clock, topology_options(options_))),
      shards_(loop, {.make = [this](ShardId number) { return make_shard(number); },
                     .moved = [this](std::string_view user) { texts_->on_user_moved(user); },
                     .gone = [this](const RedisShard& shard) { on_gone(shard); }}),
      presence_delays_(loop, clock, [this](PresenceCall call) { call_presence(std::move(call)); }),
      suspension_(loop, clock, [this] { on_suspended(); }),
      map_pause_(loop, [this] { apply_map(); }) {
  if (options_.process.empty()) options_.process = make_process_id();
}

RedisBus::~RedisBus() {
  assert(state_ == State::kNew || state_ == State::kClosed);
}

void RedisBus::enter(State next) {
  assert(static_cast<int>(next) > static_cast<int>(state_));
  state_ = next;
}

Result<void> RedisBus::start(BusListener& texts, PublishListener& publications) {
  enter(State::kOpen);
  texts_ = &texts;
  publications_ = &publications;
  if (const std::string shared = shared_channels_warning(options_); !shared.empty())
    log_.warning(shared, {{"url", options_.url.shown()}});
  suspension_.start();
  topology_->start(*this);
  apply_map();
  started_ = true;
  return {};
}

std::unique_ptr<RedisShard> RedisBus::make_shard(ShardId number) {
  assert(state_ == State::kOpen);
  RedisShard::Listener& listener = *this;
  auto shard = std::make_unique<RedisShard>(loop_, clock_, log_, options_, number, listener);
  shard->leases().set_liveness(liveness_);
  if (presence_listener_ != nullptr) {
    shard->leases().report_presence(
        {options_.presence_grace_ms, presence_listener_,
         [this](PresenceCall call, int64_t ms) { presence_delays_.add(std::move(call), ms); }});
  }
  shard->start(*texts_, *publications_, started_);
  return shard;
}

void RedisBus::on_gone(const RedisShard& shard) {
  BusStatus last;
  shard.fill(last);
  gone_.reconnects += last.reconnects;
  gone_.memory_losses += last.memory_losses;
  gone_.external_dropped += last.external_dropped;
  gone_.devices_forgotten += last.devices_forgotten;
  gone_.unreplicated += last.shards.front().unreplicated;
  texts_->on_bus_state(shard.number(), BusState::kGone, {});
}

void RedisBus::publish(const Publication& publication) {
  if (state_ == State::kOpen) shards_.of(publication.user).publish(publication);
}

void RedisBus::subscribe(std::string_view user) {
  if (state_ == State::kOpen) shards_.of(user).subscribe(user);
}

void RedisBus::unsubscribe(std::string_view user) {
  if (state_ == State::kOpen) shards_.of(user).unsubscribe(user);
}

void RedisBus::replay(const ReplayRequest& request, ReplayDone done) {
  if (state_ == State::kOpen) shards_.of(request.user).replay(request, std::move(done));
}

void RedisBus::acknowledge(const Acknowledgement& acknowledgement) {
  if (state_ == State::kOpen) shards_.of(acknowledgement.user).acknowledge(acknowledgement);
}

void RedisBus::mark_seen(const SeenRequest& request) {
  if (state_ == State::kOpen && request.sent) shards_.of(request.user).seen().mark(request);
}

void RedisBus::end_cursor(std::string_view user, const Cursor& cursor, CursorEnd end) {
  if (state_ == State::kOpen) shards_.of(user).end_cursor(user, cursor, end);
}

LeaseAnswer RedisBus::lease(const LeaseRequest& request) {
  if (state_ != State::kOpen) return LeaseAnswer::kGranted;
  suspension_.check();
  return shards_.of(request.user).leases().lease(request);
}

void RedisBus::set_liveness(const ProcessLiveness* liveness) {
  liveness_ = liveness;
  shards_.for_each_leases([liveness](RedisLeases& leases) { leases.set_liveness(liveness); });
}

void RedisBus::rejoin_all() {
  if (state_ != State::kOpen) return;
  shards_.for_each_leases([](RedisLeases& one) { one.rewrite(RedisLeases::Loss::kMissing); });
}

void RedisBus::sweep(std::string_view process) {
  if (state_ != State::kOpen) return;
  shards_.for_each_leases([process](RedisLeases& one) { one.sweep(process); });
}

void RedisBus::revoke(const RevokeRequest& request, RevokeDone done) {
  if (state_ != State::kOpen) return;
  const auto answer = [this, done = std::move(done)](const Result<uint32_t>& stored) {
    if (state_ == State::kOpen) done(stored);
  };
  shards_.of(request.user).revocations().revoke(request, answer);
}

void RedisBus::settle_presence(const PresenceEvent& event, PresenceOutcome outcome) {
  call_presence({std::string(event.user), PresenceCall::Outcome{event.at_ms, outcome}});
}

void RedisBus::call_presence(PresenceCall call) {
  if (state_ != State::kOpen) return;
  RedisLeases& leases = shards_.of(call.user).leases();
  leases.call_presence(std::move(call));
}

// Others may have counted this process as dead, and have given its leases to newcomers.
void RedisBus::on_suspended() {
  if (state_ != State::kOpen) return;
  log_.warning("the process was suspended: it counts its users' connections again");
  shards_.for_each_leases([](RedisLeases& one) { one.rewrite(RedisLeases::Loss::kTaken); });
}

void RedisBus::on_map(const SlotMap&) {
  if (!map_pause_.active()) apply_map();
}

void RedisBus::apply_map() {
  if (state_ != State::kOpen || topology_->map() == applied_) return;
  applied_ = topology_->map();
  if (!applied_.masters().empty() && settle_mode(options_, topology_->facts())) {
    log_.info("the cluster does not know sharded channels: hermod publishes on classic channels",
              {{"url", options_.url.shown()}});
  }
  shards_.apply(applied_);
  if (map_observer_) map_observer_(applied_);
  map_pause_.start(kMapPauseMs);
}

void RedisBus::on_trouble(std::string_view reason) {
  if (!reason.empty())
    log_.warning("the masters of Redis cannot be determined",
                 {{"url", options_.url.shown()}, {"reason", std::string(reason)}});
}

void RedisBus::on_shard_suspect(const RedisShard& shard, Suspicion suspicion) {
  if (state_ == State::kOpen) topology_->suspect(shard.endpoint(), suspicion);
}

void RedisBus::on_redirected(const RedisShard& shard, std::string_view error) {
  follow(shard.endpoint(), error);
}

void RedisBus::report_error(const RedisEndpoint& from, std::string_view error) {
  if (state_ != State::kOpen) return;
  if (is_error_of(error, "READONLY")) topology_->suspect(from, Suspicion::kNotMaster);
  follow(from, error);
}

void RedisBus::follow(const RedisEndpoint& from, std::string_view error) {
  if (state_ != State::kOpen) return;
  const auto redirection = read_redirection(error, from);
  if (!redirection || redirection->kind != Redirection::Kind::kMoved) return;
  topology_->redirected(redirection->slot, redirection->endpoint);
}

void RedisBus::close(Closed closed) {
  if (state_ == State::kClosing || state_ == State::kClosed) return;
  enter(State::kClosing);
  closed_ = std::move(closed);
  map_pause_.stop();
  presence_delays_.stop();
  suspension_.stop();
  topology_->stop();
  shards_.close([this] { finish_close(); });
}

void RedisBus::finish_close() {
  enter(State::kClosed);
  if (publications_ != nullptr) publications_->on_unanswered();
  if (closed_) std::exchange(closed_, nullptr)();
}

}  // namespace hermod
