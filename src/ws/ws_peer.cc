#include "ws/ws_peer.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "ws/close_payload.h"
#include "ws/close_reason.h"
#include "ws/connection_report.h"
#include "ws/ws_shared.h"

namespace hermod {
namespace {

[[maybe_unused]] bool may_follow(WsPeer::State from, WsPeer::State to) {
  using State = WsPeer::State;
  switch (to) {
    case State::kHandshake:
      return false;
    case State::kWaiting:
      return from == State::kHandshake;
    case State::kOpen:
      return from == State::kHandshake || from == State::kWaiting;
    case State::kClosing:
      return from == State::kWaiting || from == State::kOpen;
    case State::kDropped:
      return from != State::kDropped && from != State::kClosed;
    case State::kClosed:
      return from != State::kClosed;
  }
  return false;
}

}  // namespace

WsPeer::WsPeer(WsShared& shared, uint64_t id, int fd, UpgradeRequest request)
    : address_(request.client_address),
      admission_(std::move(request)),
      traffic_(shared, *this, id, fd) {
  if (admission_.request().subprotocol == Subprotocol::kHermodV1) traffic_.session().use_frames();
}

WsPeer::~WsPeer() {
  assert(!scheduled());
  assert(!reported_);
  if (!flush_pending_) return;
  std::vector<WsPeer*>& to_flush = shared().to_flush;
  std::replace(to_flush.begin(), to_flush.end(), this, static_cast<WsPeer*>(nullptr));
}

std::string_view WsPeer::user() const {
  return admission_.pending() ? admission_.identity()->user : session().user();
}

void WsPeer::enter(State next) {
  assert(may_follow(state_, next));
  state_ = next;
}

// --- start

void WsPeer::on_established() {
  assert(state_ == State::kHandshake);
  traffic_.begin(shared().now());
  const Identity* const identity = admission_.identity();
  if (identity == nullptr) return settle();
  traffic_.accept_token(*identity);
  if (!shared().admit_connect(identity->user)) {
    ++shared().stats.limits_struck["connects_per_user"];
    return settle(refusal_of_frequent_connects());
  }
  if (shared().hub.has_room(identity->user)) return settle();
  enter(State::kWaiting);
  shared().limits.on_waiting(*this);
}

void WsPeer::settle(std::optional<Refusal> refusal) {
  enter(State::kOpen);
  const UpgradeRequest& request = admission_.request();
  Tracer* const tracer = shared().options.tracer;
  Span span;
  if (tracer != nullptr) span = begin_connect_span(*tracer, id(), admission_.correlation_id());
  const auto* const refused = refusal ? &*refusal : std::get_if<Refusal>(&request.verdict);
  if (refused != nullptr) {
    span.fail({refused->error, refused->message}, "connection.accept");
    refuse(request, *refused);
    admission_.end();
  } else {
    join(request, span);
  }
  if (tracer != nullptr) tracer->end(span);
}

void WsPeer::join(const UpgradeRequest& request, Span& span) {
  assert(!reported_);
  const std::string user = std::get<Identity>(request.verdict).user;  // on_admitted() frees it
  span.set("user.id", user);
  Session& session = traffic_.session();
  if (span.recording()) session.set_trace({span.context, user});
  [[maybe_unused]] const bool had_room = shared().hub.join(session, user, since_steady_ms());
  assert(had_room);
  if (state_ == State::kOpen) schedule(shared().now());
}

Peer::Terms WsPeer::terms() const {
  return {traffic_.deadlines().expires_at_wall_ms(), shared().options.ping_interval_ms};
}

void WsPeer::on_admitted() {
  if (state_ != State::kOpen) return;  // it is closing, and was counted as refused
  assert(!reported_);
  reported_ = true;
  // It was not pinged while it waited, so it must not count as silent (LeaseQuota).
  traffic_.deadlines().on_received(shared().now().steady_ms);
  report_connected(shared(), id(), session());
  if (is_on(shared().options.audit))
    audit_connected(*shared().options.audit, id(), admission_.request(),
                    admission_.correlation_id());
  admission_.end();
}

// --- output

void WsPeer::wake() {
  if (flush_pending_) return;
  flush_pending_ = true;
  shared().to_flush.push_back(this);
}

void WsPeer::flush(Instant now) {
  assert(flush_pending_);
  flush_pending_ = false;
  if (!open()) return leave_hub();
  write_share(now);
}

void WsPeer::flush_now() {
  if (open()) write_share(shared().now());
}

void WsPeer::write_share(Instant now) {
  const LwsSocket& socket = traffic_.socket();
  if (socket.blocked() || waiting()) return;  // continued by on_writable(), or by settle()
  traffic_.gather(now);
  if (state_ != State::kOpen) return wake();  // gather() closed it: its messages are not delivered
  if (!traffic_.write(now)) return drop();
  if (socket.blocked() || session().has_output()) {
    shared().limits.on_unsent(*this, socket.blocked() ? shared().scratch.size() : 0);
  } else {
    shared().limits.on_all_sent(*this);
  }
  if (state_ == State::kOpen) schedule(now);
}

// One entry in the timer wheel represents all deadlines of the connection. Input from the client
// only moves deadlines later, so the entry is rescheduled only for an earlier deadline; when it
// fires, all deadlines are checked.
void WsPeer::schedule(Instant now) {
  const int64_t due = traffic_.next_due_ms(now);
  if (!scheduled() || due < due_ms()) shared().wheel.set(*this, due);
}

// --- end

void WsPeer::close(CloseCode code, ErrorCode error, std::string_view message) {
  close_with({code, error, std::string(message)});
}

void WsPeer::close_with(const Refusal& refusal) {
  if (!open()) return;
  const auto code = static_cast<uint16_t>(refusal.code);
  begin_closing(code, refusal.error);
  std::string frames;
  if (const StreamId stream_id = session().unconfirmed())
    closing_->append_last_ping(user(), stream_id, frames);
  const std::string reason =
      !refusal.text.empty()
          ? refusal.text
          : build_close_reason({refusal.error, refusal.message, admission_.correlation_id(),
                                refusal.retry_after_ms});
  frames += build_goodbye(session().form(), {code, reason, refusal.retry_after_ms});
  append_frame(frames, Opcode::kClose, build_close_payload(code, reason));
  if (!traffic_.socket().write(frames)) drop();
}

void WsPeer::begin_closing(uint16_t code, ErrorCode why) {
  assert(!closing_);
  end_wait(why);
  enter(State::kClosing);
  closing_ = std::make_unique<ClosingHandshake>(
      code, shared().now().steady_ms + shared().options.close_timeout_ms);
  shared().wheel.set(*this, closing_->due_ms());
  wake();  // leaves the hub later: the hub may be the caller
}

void WsPeer::on_closed_by_client(uint16_t code) {
  begin_closing(code);
  closing_->on_client_code(code);
}

void WsPeer::drop() {
  if (state_ == State::kDropped || !traffic_.socket().attached()) return;
  end_wait(ErrorCode::kConnection);
  enter(State::kDropped);
  shared().wheel.cancel(*this);
  wake();
  traffic_.socket().abort();
}

void WsPeer::on_closed() {
  if (state_ == State::kClosed) return;
  end_wait(ErrorCode::kConnection);
  enter(State::kClosed);
  shared().wheel.cancel(*this);
  leave_hub();
  traffic_.socket().detach();
  if (!traffic_.deadlines().begun()) {
    shared().stats.count_refusal(to_string(ErrorCode::kConnection));
    return;
  }
  const uint16_t code = closing_ ? closing_->code() : 0;
  ++shared().stats.close_codes[close_code_label(code != 0 ? code : kNoCloseFrame)];
  if (!std::exchange(reported_, false)) return;
  const int64_t lasted_ms = shared().now().steady_ms - since_steady_ms();
  report_disconnected(shared(), {id(), code, lasted_ms}, session());
}

// The connection ends. One that waits in the QuotaQueue, or for its lease, was refused.
void WsPeer::end_wait(ErrorCode why) {
  if (waiting()) {
    shared().limits.on_waiting_ended(*this);
    admission_.end();
  } else if (state_ != State::kOpen || reported_ || !session().joined()) {
    return;
  }
  shared().stats.count_refusal(to_string(why));
}

void WsPeer::leave_hub() {
  Session& session = traffic_.session();
  if (!session.joined()) return;
  const CursorEnd end = closing_ && closing_->clean() ? CursorEnd::kClean : CursorEnd::kHeld;
  if (!shared().limits.any_waiting()) return shared().hub.leave(session, end);
  const std::string user(session.user());
  shared().hub.leave(session, end);
  shared().limits.on_user_change(user);
}

}  // namespace hermod
