// The states of a session:
//
// - kWaiting: when the subscription is confirmed, the session requests a page.
// - kReplaying: the page goes into the outbox, and the next one is requested when the outbox is
//   empty. At the end of the stream, the session goes live.
// - kLive: live messages go into the outbox.
//
// If a page fails because the bus is unavailable, the session waits for the next confirmation of
// the subscription. If a live message is not the next one, messages were missed, and the session
// reads the stream again from its newest stream id. A live message with a higher count but an
// earlier time comes from a replica without the newest messages, after a failover of Redis: the
// session goes back to the message before it (go_back).

#include "core/session.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "core/hub_user.h"
#include "core/replay.h"
#include "core/session_frames.h"
#include "core/session_host.h"

namespace hermod {
namespace {

using State = Session::State;

[[maybe_unused]] bool may_follow(State from, State to) {
  switch (to) {
    case State::kWaiting:
    case State::kLive:
      return from == State::kReplaying;
    case State::kReplaying:
      return from != State::kEnded;
    case State::kEnded:
      return true;
  }
  return false;
}

}  // namespace

// There is one for each connection.
static_assert(sizeof(void*) != 8 || sizeof(Session) <= 192);

Session::Session(SessionHost& host, Peer& peer) : SessionDelivery(host, peer) {}

void Session::use_frames() {
  assert(user_ == nullptr);
  frames_ = std::make_unique<SessionFrames>(host_, *this);
}

void Session::enter(State state) {
  assert(may_follow(state_, state));
  assert(state != State::kReplaying || admitted_);
  state_ = state;
}

void Session::join(HubUser& user, int64_t connected_ms) {
  assert(user_ == nullptr);
  assert(state_ == State::kWaiting);
  user_ = &user;
  next_ = std::exchange(user.sessions, this);
  ++user.session_count;
  one_by_one_ = may_refuse(StreamId{});
  replay_ = std::make_unique<Replay>(host_, Replay::From::kPosition, connected_ms);
}

void Session::admit() {
  assert(!admitted_ && user_ != nullptr);
  admitted_ = true;
  peer_.on_admitted();
  if (!frames_) return;
  frames_->welcome().begin(host_.clock.steady_ms());
  peer_.wake();
}

HubUser& Session::leave() {
  assert(user_ != nullptr);
  assert(user_->session_count > 0);
  end();
  Session** link = &user_->sessions;
  while (*link != this) link = &(*link)->next_;
  *link = std::exchange(next_, nullptr);
  --user_->session_count;
  return *std::exchange(user_, nullptr);
}

void Session::end() {
  enter(State::kEnded);
  stop();
  replay_.reset();
}

size_t Session::gather(Instant now, std::string& out, size_t bytes_max) {
  if (state_ == State::kEnded || !may_begin(now, out)) return 0;
  announce_dropped();
  size_t written = 0;
  while (!outbox_.empty() && may_send(written) &&
         (written == 0 || out.size() + outbox_.front().message->frame().size() <= bytes_max)) {
    const Outbox::Item item = write_next(now, out);
    if (item.kind != OutboxKind::kNotice)
      host_.observers.on_sent(*this, item.stream_id, *item.message);
    ++written;
  }
  const bool paused = replay_ && replay_->paused();
  if (outbox_.empty() && may_send(written)) {
    ack_.on_emptied(newest_);  // those between were dropped and announced
    if (paused && ack_.proven()) request_page();
  }
  const bool must_prove = paused && !ack_.proven() && outbox_.empty() && !ack_.outstanding();
  const bool ping_due = ping_due_ms().value_or(INT64_MAX) <= now.steady_ms;
  if (must_prove || ping_due || (one_by_one_ && written != 0)) append_ping(now, out);
  return written;
}

void Session::on_written() {
  if (host_.options.delivery_ping_ms == 0 && ack_.confirm_written()) confirm_pinged();
}

void Session::on_pong(std::string_view payload) {
  if (!ack_.on_pong(payload)) return;
  confirm_pinged();
  if (replay_ && replay_->paused() && outbox_.empty()) request_page();
  if (!one_by_one_) return;
  one_by_one_ = user_ != nullptr && may_refuse(ack_.confirmed());
  peer_.wake();
}

void Session::confirm_pinged() {
  if (confirm_upto(ack_.pinged())) host_.observers.on_confirmed(*this, ack_.pinged());
}

void Session::on_subscribed() {
  if (state_ == State::kEnded) return;
  if (replay_) {
    live_since_ms_ = 0;  // the messages that were skipped may have been lost
    replay_->forget_skipped();
  } else {
    replay_ = std::make_unique<Replay>(host_, Replay::From::kNewest, 0);
  }
  if (frames_) frames_->on_subscribed();
  enter(State::kReplaying);
  request_page();
}

void Session::request_page() {
  assert(state_ == State::kReplaying);
  assert(replay_ != nullptr);
  has_position_ = true;
  replay_->request({user(), newest_, ack_.proven(), cursor(), frames() != nullptr},
                   [this](const Result<ReplayPage>& page) { on_page(page); });
}

void Session::on_page(const Result<ReplayPage>& page) {
  assert(state_ == State::kReplaying);
  assert(user_ != nullptr);
  if (!page) return enter(State::kWaiting);
  revoke(*user_, page.value().revoked_s);
  if (state_ == State::kEnded) return;
  if (const auto start = replay_->start(page.value())) {
    newest_ = *start;
    ack_.start_at(*start);
    if (one_by_one_) one_by_one_ = may_refuse(*start);
  }
  if (frames_) frames_->on_page(page.value(), newest_);
  const auto known = [this](int64_t first_ms) { return was_live_at(first_ms); };
  newest_ = replay_->accept(page.value(), newest_, *this, known);
  const Replay::Next next = replay_->after(page.value(), newest_);
  if (next.back_to) go_back(*next.back_to);
  if (next.not_kept) ++host_.stats.not_kept[host_.bus.shard_of(user())];
  newest_ = next.newest;
  if (frames_) frames_->on_advanced(newest_);
  if (state_ == State::kEnded) return;
  switch (next.step) {
    case Replay::Step::kPause:
      return peer_.wake();
    case Replay::Step::kRead:
      return request_page();
    case Replay::Step::kLive:
      return go_live();
  }
}

// Treats messages after `stream_id` as new, even if they are below the session's newest stream id.
void Session::go_back(StreamId stream_id) {
  newest_ = stream_id;
  ack_.go_back(stream_id);
}

void Session::go_live() {
  enter(State::kLive);
  if (live_since_ms_ == 0) {
    live_since_ms_ = std::max(1U, static_cast<uint32_t>(host_.clock.steady_ms()));
  }
  const auto done = std::move(replay_);
  assert(done != nullptr);
  for (Outbox::Item& item : done->held()) {
    push_or_close(std::move(item));
    if (state_ == State::kEnded) return;
  }
}

void Session::push_or_close(Outbox::Item&& item) {
  if (push_bounded(std::move(item))) return;
  end();
  peer_.close(CloseCode::kTryLater, ErrorCode::kRateLimit, kSlowClient);
}

}  // namespace hermod
