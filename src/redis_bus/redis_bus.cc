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
//   - Redis is a replica: its address is resolved again every 2 s, because a failover may have
//     moved it. Once the address leads to a master, the subscription link reconnects, too.
//   - Redis does not reply: the bus is down within 3 s (redis_canary.h). The links reconnect after
//     the socket timeout.
//   - The generation key changed: the listener is notified that Redis lost its data, on a new link
//     before any user is subscribed again. old_stream_ids() tells whether the old ids are void.
#include "redis_bus/redis_bus.h"

#include <cassert>

#include "bus/replay_page.h"

namespace hermod {
namespace {

// How early a tick may come. Another event that occurs once a second (librdkafka's statistics)
// falls into this span after some time, and from then on the two share a wake-up.
constexpr uint64_t kTickSlackMs = 100;

// How long publications wait until lost subscriptions are restored. If they did not wait, connected
// users would miss a part of a backlog that exceeds the history. If they waited without a limit, a
// Redis that rejects our subscriptions would hold back the records of users of other processes.
constexpr uint64_t kSubscriptionsAwaitedMs = 2000;

}  // namespace

RedisBus::RedisBus(uv_loop_t* loop, const Clock& clock, Log& log, RedisBusOptions options)
    : clock_(clock),
      log_(log),
      options_(std::move(options)),
      channels_(make_channels(options_)),
      commands_(loop, clock, link_options(options_), "hermod-command", *this),
      time_(loop, commands_),
      subscriber_(loop, clock, link_options(options_), channels_, time_, *this),
      server_check_(commands_, channels_, [this] { on_server_checked(); }),
      scripts_(commands_),
      data_check_(commands_, channels_.names),
      publisher_(loop, commands_, scripts_, channels_.names, log,
                 channels_.listen[channels_.publish], publisher_options(options_)),
      replayer_(loop, clock, commands_, scripts_, channels_.names, log, replayer_options(options_),
                *this),
      ack_cursors_(loop, commands_, scripts_, channels_.names, log,
                   publisher_options(options_).user_s, [this] { on_scripts_gone(); }),
      canary_(clock, commands_, channels_.canary, *this),
      ticker_(loop, kTickSlackMs, [this] { tick(); }),
      publish_anyway_(loop, [this] {
        if (commands_ready_) publisher_.resume();
      }) {}

RedisBus::~RedisBus() {
  assert(texts_ == nullptr || closed_);
}

Result<void> RedisBus::start(BusListener& texts, PublishListener& publications) {
  assert(texts_ == nullptr && !closing_);
  texts_ = &texts;
  if (const std::string shared = shared_channels_warning(options_); !shared.empty()) {
    log_.warning(shared, {{"url", options_.url.shown()}});
  }
  publisher_.start(publications, *this);
  commands_.start();
  subscriber_.start(texts);
  return {};
}

void RedisBus::publish(const Publication& publication) {
  publisher_.publish(publication);
}

void RedisBus::subscribe(std::string_view user) {
  if (!closing_) subscriber_.subscribe(user);
}

void RedisBus::unsubscribe(std::string_view user) {
  if (closing_) return;
  subscriber_.unsubscribe(user);
  ack_cursors_.write_now(user);
}

void RedisBus::replay(const ReplayRequest& request, ReplayDone done) {
  if (closing_) return;
  const StreamId given = request.after ? StreamId{} : ack_cursors_.newest(request.user);
  if (!given) return replayer_.replay(request, std::move(done));
  replayer_.replay(request, [given, done = std::move(done)](Result<ReplayPage> page) {
    if (page) begin_after(page.value(), given);
    done(std::move(page));
  });
}

void RedisBus::acknowledge(std::string_view user, StreamId stream_id) {
  if (closing_ || !stream_id) return;
  ack_cursors_.acknowledge(user, stream_id);
  if (!subscriber_.wants(user)) ack_cursors_.write_now(user);
}

void RedisBus::on_commands_up() {
  ++ups_;
  data_checked_ = data_known_ = false;
  if (!ticker_.active()) ticker_.start(canary_.tick_ms());
  server_check_.check();
  load_scripts();
  check_data();
}

void RedisBus::load_scripts() {
  scripts_.load([this](const Result<void>& loaded) {
    if (!loaded) return commands_.fail(loaded.error().message);
    maybe_commands_ready();
  });
}

void RedisBus::check_data() {
  data_check_.check([this](RedisDataCheck::Verdict verdict) {
    if (closing_) return;
    if (verdict == RedisDataCheck::Verdict::kLost) on_memory_lost(old_stream_ids());
    if (verdict != RedisDataCheck::Verdict::kUnknown) data_known_ = true;
    data_checked_ = true;
    if (!commands_ready_) maybe_commands_ready();
    follow_master();
    update();
  });
}

// Also called after the scripts were loaded again.
void RedisBus::maybe_commands_ready() {
  if (closing_ || !scripts_.loaded() || !data_checked_) return;
  commands_ready_ = true;
  commands_reason_.clear();
  commands_.settled();
  time_.ask_later();
  open_publisher();
  replayer_.resume();
  ack_cursors_.resume();
  subscriber_.allow();
  if (subscriber_.restored()) canary_.open();
  update();
}

void RedisBus::open_publisher() {
  if (!commands_ready_) return;
  if (subscriber_.restored()) {
    publish_anyway_.stop();
    publisher_.resume();
  } else {
    publisher_.pause();
    publish_anyway_.start(kSubscriptionsAwaitedMs);
  }
}

void RedisBus::on_scripts_gone() {
  if (closing_ || !scripts_.loaded()) return;
  log_.warning("Redis no longer has the scripts; loading them again");
  load_scripts();
}

void RedisBus::on_commands_down(std::string_view reason) {
  ack_cursors_.pause();
  if (closing_) return;
  commands_ready_ = false;
  commands_reason_ = reason;
  time_.forget();
  publisher_.pause();
  publish_anyway_.stop();
  replayer_.pause();
  subscriber_.forbid();
  canary_.close();
  if (!subscriber_.up()) ticker_.stop();
  update();
}

void RedisBus::on_subscriber_restored() {
  ++ups_;
  subscriber_reason_.clear();
  subscriber_.settled();
  open_publisher();
  if (commands_ready_) canary_.open();
  update();
}

void RedisBus::on_subscriber_down(std::string_view reason) {
  const bool was_there = std::exchange(subscriber_reason_, std::string(reason)).empty();
  if (was_there) open_publisher();
  replayer_.unsubscribed();
  canary_.close();
  if (std::exchange(same_redis_unproven_, false)) void_stream_ids();
  if (!commands_.up()) ticker_.stop();
  update();
}

// A message that was stored but not published stays unnoticed if no other message follows. All
// sessions therefore read their history, because any process may have stored such messages.
void RedisBus::on_publish_permitted() {
  publisher_.forget_unpublished();
  unpublished_messages_pending_ = true;
}

void RedisBus::on_publisher_changed() {
  const bool was_unpublished = std::exchange(unpublished_, !publisher_.unpublished().empty());
  if (was_unpublished && !unpublished_) unpublished_messages_pending_ = true;
  follow_master();
  update();
}

void RedisBus::tick() {
  ticker_.start(canary_.tick_ms());
  canary_.tick();
  look_after_timeouts();
  look_for_master();
  if (std::exchange(unpublished_messages_pending_, false)) subscriber_.announce_all();
  time_.ask();
  if (!commands_ready_) return;
  check_data();
  if (server_check_.refused()) server_check_.check();
}

void RedisBus::close(Closed closed) {
  if (closing_) return;
  closing_ = true;
  on_closed_ = std::move(closed);
  publisher_.stop();
  publish_anyway_.stop();
  replayer_.stop();
  time_.stop();
  canary_.close();
  ticker_.stop();
  subscriber_.stop();
  ack_cursors_.close([this] { finish_close(); });
}

void RedisBus::finish_close() {
  commands_.stop();
  publisher_.forget();
  closed_ = true;
  if (on_closed_) std::exchange(on_closed_, nullptr)();
}

}  // namespace hermod
