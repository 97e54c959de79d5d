// What a session sends, and what its client has confirmed. The replay is in session_replay.cc.
//
// - gather() removes frames from the outbox in order, and stores the stream id up to which all
//   messages are written.
// - A ping follows them: at most one outstanding, and at most one per delivery_ping_ms.
// - Its pong confirms the messages that were written before it, and may advance the ack cursor.
// - If the outbox is full, the connection is closed (1013), or the message with the lowest drop
//   priority is dropped and announced by a notice.

#include "core/session.h"

#include <cassert>
#include <charconv>

#include "core/hub.h"
#include "core/notice.h"
#include "core/replay_state.h"

namespace hermod {
namespace {

constexpr char kPing = static_cast<char>(0x89);  // RFC 6455 section 5.2: FIN, opcode 9

std::string_view print(uint32_t number, char (&text)[10]) {
  const auto end = std::to_chars(text, text + sizeof text, number).ptr;
  return {text, static_cast<size_t>(end - text)};
}

}  // namespace

Session::Session(Hub& hub, Peer& peer) : hub_(hub), peer_(peer), outbox_(hub.stats_.outboxes) {}

Session::~Session() {
  assert(user_ == nullptr);
}

std::string_view Session::user() const {
  assert(user_ != nullptr);
  return user_->name();
}

size_t Session::gather(Instant now, std::string& out, size_t bytes_max) {
  if (state_ == State::kEnded) return 0;
  announce_dropped();
  size_t taken = 0;
  while (!outbox_.empty() && may_send(taken) &&
         (taken == 0 || out.size() + outbox_.front().message->frame().size() <= bytes_max)) {
    const Outbox::Item item = outbox_.pop();
    out += item.message->frame();
    if (item.stream_id) written_ = item.stream_id;
    count_sent(item, now);
    if (item.message->trace() != nullptr) trace_delivery(item, nullptr);
    ++taken;
  }
  if (outbox_.empty() && may_send(taken)) {
    if (stream_id_ > written_) written_ = stream_id_;  // those between were dropped and announced
    if (page_wanted_ && proven_) request_page();
  }
  const bool must_prove = page_wanted_ && !proven_ && outbox_.empty() && !ping_outstanding_;
  const bool ping_due = ping_due_ms().value_or(INT64_MAX) <= now.steady_ms;
  if (must_prove || ping_due || (one_by_one_ && taken != 0)) append_ping(now, out);
  return taken;
}

// Connections of a user whose client has refused a message payload are sent one message at a time,
// so that the refused one can be identified.
bool Session::may_send(size_t taken) const {
  return !one_by_one_ || (taken == 0 && !ping_outstanding_);
}

void Session::count_sent(const Outbox::Item& item, Instant now) {
  if (item.kind == OutboxKind::kNotice) return;
  hub_.observers_.on_sent(*this, item.stream_id, *item.message);
  Stats& stats = hub_.stats_;
  ++stats.messages_sent;
  stats.message_bytes.add(static_cast<double>(item.message->text().size()));
  if (!item.stream_id) return;
  const int64_t age_ms = now.wall_ms - static_cast<int64_t>(item.stream_id.ms);
  stats.event_age_seconds[static_cast<size_t>(item.message->drop_priority())].add(
      age_ms > 0 ? static_cast<double>(age_ms) / 1000 : 0);
}

// The span lasts from the message's arrival in this process until it is written to this connection
// or dropped.
void Session::trace_delivery(const Outbox::Item& item, const Error* error) {
  const SharedFrame::Trace& trace = *item.message->trace();
  Span span =
      hub_.tracer_->begin({"hermod.delivery", SpanKind::kProducer, trace.parent, {}, trace.came});
  span.set("user.id", user());
  span.set("hermod.replayed", item.kind == OutboxKind::kReplayed);
  if (trace_) span.link(trace_->context);
  if (error != nullptr) span.fail(*error, "session.deliver");
  hub_.tracer_->end(span);
}

void Session::on_written() {
  if (hub_.options().delivery_ping_ms == 0 && written_ != pinged_) {
    pinged_ = written_;
    confirm();
  }
}

bool Session::ping_wanted() const {
  return !ping_outstanding_ && written_ != pinged_ && state_ != State::kEnded &&
         hub_.options().delivery_ping_ms > 0;
}

std::optional<int64_t> Session::ping_due_ms() const {
  if (!ping_wanted()) return std::nullopt;
  return pinged_at_ms_ == 0 ? 0 : pinged_at_ms_ + hub_.ping_pace_ms();
}

void Session::ping(Instant now, std::string& out) {
  if (!ping_outstanding_ && state_ != State::kEnded) append_ping(now, out);
}

void Session::append_ping(Instant now, std::string& out) {
  char text[10];
  const std::string_view payload = print(++ping_counter_, text);
  out += kPing;
  out += static_cast<char>(payload.size());
  out += payload;
  ping_outstanding_ = true;
  pinged_at_ms_ = now.steady_ms;
  pinged_ = written_;
}

void Session::on_pong(std::string_view payload) {
  char text[10];
  if (!ping_outstanding_ || payload != print(ping_counter_, text)) return;
  ping_outstanding_ = false;
  proven_ = true;
  confirm();
  if (page_wanted_ && outbox_.empty()) request_page();
  if (!one_by_one_) return;
  one_by_one_ = user_ != nullptr && hub_.refusals_.concerns(user(), hub_.now().steady_ms);
  peer_.wake();
}

void Session::confirm() {
  if (user_ == nullptr || !pinged_) return;
  hub_.confirm(*user_, pinged_);
  hub_.observers_.on_confirmed(*this, pinged_);
}

StreamId Session::unconfirmed() const {
  return user_ != nullptr && written_ > user_->acknowledged ? written_ : StreamId{};
}

void Session::push(Outbox::Item item) {
  outbox_.push(std::move(item));
  peer_.wake();
}

void Session::push_bounded(Outbox::Item item) {
  if (item.kind != OutboxKind::kNotice) {
    const Notice* const notice = hub_.replacement_for(*this, item.stream_id, item.message->text());
    if (notice != nullptr) item = item_of(*notice, item.stream_id);
  }
  const OutboxLimits& limits = hub_.options().outbox;
  const size_t size = item.message->frame().size();
  while (!outbox_.fits(size, limits)) {
    const size_t waiting_bytes = outbox_.bytes();
    peer_.flush_now();
    if (outbox_.bytes() < waiting_bytes) continue;
    if (limits.policy == SlowPolicy::kClose) {
      const Error slow{ErrorCode::kRateLimit, "slow client: outbox full"};
      if (item.message->trace() != nullptr) trace_delivery(item, &slow);
      ++hub_.stats_.limits_struck["outbox"];
      end();
      peer_.close(CloseCode::kTryLater, slow.code, slow.message);
      return;
    }
    if (!outbox_.drop_one(hub_.now().wall_ms, limits)) break;
    ++dropped_;
    ++hub_.stats_.messages_dropped;
  }
  push(std::move(item));
}

uint64_t Session::drop_half() {
  const auto held = [this] { return OutboxLoad{outbox_.messages(), outbox_.bytes()}.held_bytes(); };
  const uint64_t before = held();
  const int64_t now_ms = hub_.now().wall_ms;
  while (held() > before / 2 && outbox_.drop_one(now_ms, hub_.options().outbox)) {
    ++dropped_;
    ++hub_.stats_.messages_dropped;
  }
  return before - held();
}

void Session::announce_dropped() {
  if (dropped_ == 0) return;
  const uint64_t count = std::exchange(dropped_, 0);
  outbox_.push_front(item_of({"notifications_dropped", "outbox",
                              "the connection was too slow for these notifications", count},
                             StreamId{}));
}

Outbox::Item Session::item_of(const Notice& notice, StreamId stream_id) const {
  return {SharedFrame::build(hub_.notice_text(notice, user())), stream_id, OutboxKind::kNotice};
}

void Session::expedite_ping() {
  if (ping_wanted()) peer_.wake();
}

void Session::end() {
  state_ = State::kEnded;
  outbox_.clear();
  replay_.reset();
  page_wanted_ = false;
  dropped_ = 0;
}

}  // namespace hermod
