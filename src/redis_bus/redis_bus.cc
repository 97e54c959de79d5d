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

// How long publications wait until lost subscriptions are restored. If they did not wait, connected
// users would miss a part of a backlog that exceeds the history. If they waited without a limit, a
// Redis that rejects our subscriptions would hold back the records of users of other processes.
constexpr uint64_t kSubscriptionsAwaitedMs = 2000;

}  // namespace

RedisBus::RedisBus(uv_loop_t* loop, const Clock& clock, Log& log, RedisBusOptions options)
    : log_(log),
      options_(std::move(options)),
      channels_(make_channels(options_)),
      state_(log, options_.url.shown()),
      links_(loop, clock, log, link_options(options_), options_.socket_timeout_ms, channels_,
             *this),
      redis_{loop, links_.commands().commands(), links_.commands().scripts(), channels_.names, log},
      publisher_(redis_, channels_.listen[channels_.publish], publisher_options(options_),
                 unpublished_, [this] { update(); }),
      replayer_(redis_, replayer_options(options_), [this] { update(); }),
      ack_cursors_(redis_, publisher_options(options_).user_s),
      publish_anyway_(loop, [this] { publisher_.resume(); }) {}

RedisBus::~RedisBus() {
  assert(state_.may_be_destroyed());
}

Result<void> RedisBus::start(BusListener& texts, PublishListener& publications) {
  state_.start(texts);
  if (const std::string shared = shared_channels_warning(options_); !shared.empty()) {
    log_.warning(shared, {{"url", options_.url.shown()}});
  }
  publisher_.start(publications);
  links_.start(texts);
  return {};
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
  state_.fill(status);
  if (const std::string& why = unpublished_.reason(); status.up && !why.empty()) {
    status.reason = "messages are stored but not published: " + why;
  }
  if (status.up && status.reason.empty() && !server.publish_refusal().empty()) {
    status.reason = "messages cannot be published: " + server.publish_refusal();
  }
  status.warning = server.warning();
  status.publications_waiting = publisher_.queue().waiting();
  status.publications_in_flight = publisher_.queue().in_flight();
  status.subscriptions = links_.subscriber().subscriptions().size();
  status.reconnects = links_.reconnects();
  status.external_dropped = links_.subscriber().dropped() + replayer_.dropped();
  status.round_trip_us = links_.canary().round_trip_us();
  status.canary_age_ms = links_.canary().age_ms();
  return status;
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
