// WsPeer: start and output of a connection. Its input is in ws_peer_input.cc, its end in
// ws_peer_end.cc, its deadlines are in ws_peer_time.cc.
//
// LWS_WRITE_RAW sends bytes unchanged and at once, from any callback of the loop. The library
// buffers what the kernel does not accept, and sends it before anything that is written later.
#include "ws/ws_peer.h"

#include <libwebsockets.h>

#include <algorithm>
#include <cassert>

#include "base/random.h"
#include "base/reuse.h"
#include "ws/close_reason.h"
#include "ws/socket_state.h"

namespace hermod {
namespace {

// The shortest delay before a user that connects too often should reconnect: its bucket then has
// capacity for several connections. Jitter spreads the connections of one attempt.
constexpr int64_t kTooOftenMs = 15'000;

int64_t jitter_ms(int64_t most_ms) {
  return static_cast<int64_t>(random_u64() % static_cast<uint64_t>(most_ms));
}
constexpr size_t kScratchBytesMax = 262'144;  // capacity that is kept after a large message

}  // namespace

WsPeer::WsPeer(WsShared& shared, uint64_t id, UpgradeRequest request)
    : shared_(shared),
      request_(std::make_unique<UpgradeRequest>(std::move(request))),
      session_(shared.hub, *this),
      id_(id) {
  if (request_->correlation_id.empty()) return;
  correlation_id_ = std::make_unique<std::string>(std::move(request_->correlation_id));
}

std::string_view WsPeer::correlation_id() {
  if (!correlation_id_) correlation_id_ = std::make_unique<std::string>(random_uuid());
  return *correlation_id_;
}

std::string_view WsPeer::user() const {
  return request_ ? std::get<Identity>(request_->verdict).user : session_.user();
}

WsPeer::~WsPeer() {
  assert(!scheduled() && !touched_ && !joined_);
}

// --- start

void WsPeer::on_established(lws* wsi) {
  assert(state_ == State::kHandshake && request_);
  wsi_ = wsi;
  state_ = State::kOpen;
  const Instant now = shared_.now();
  since_ms_ = received_ms_ = progress_ms_ = now.steady_ms;
  inflow_.begin(look_at_socket(fd_).received_bytes, now.steady_ms);
  if (const auto* identity = std::get_if<Identity>(&request_->verdict)) {
    expires_at_wall_ms_ = identity->expires_at_ms;
    if (!shared_.admit_connect(identity->user)) {
      ++shared_.stats.limits_struck["connects_per_user"];
      request_->verdict = Refusal{CloseCode::kPolicy, ErrorCode::kRateLimit, "connecting too often",
                                  kTooOftenMs + jitter_ms(kTooOftenMs)};
    } else if (!shared_.hub.has_room(identity->user)) {
      return shared_.quota_queue.add(*this);
    }
  }
  settle();
}

// Joins the hub or refuses the connection, according to the verdict of the request.
void WsPeer::settle() {
  const std::unique_ptr<UpgradeRequest> request = std::move(request_);
  Tracer* tracer = shared_.options.tracer;
  Span span = tracer != nullptr ? begin_connect() : Span();
  if (const auto* refusal = std::get_if<Refusal>(&request->verdict)) {
    refuse(*refusal, span);
  } else {
    join(std::get<Identity>(request->verdict), span);
  }
  if (tracer != nullptr) tracer->end(span);
}

void WsPeer::join(const Identity& identity, Span& span) {
  span.set("user.id", identity.user);
  [[maybe_unused]] const bool had_room = shared_.hub.join(session_, identity.user, since_ms_);
  assert(had_room);
  joined_ = true;
  if (span.recording()) session_.set_trace({span.context, identity.user});
  ++shared_.stats.connections_accepted;
  ++shared_.stats.connections_active;
  shared_.log.debug("a client connected", {{"connection", id_}, {"user", identity.user}});
  if (shared_.observer != nullptr) shared_.observer->on_connected(id_, session_);
  if (state_ == State::kOpen) schedule(shared_.now());
}

void WsPeer::refuse(const Refusal& refusal, Span& span) {
  span.fail({refusal.error, refusal.message}, "connection.accept");
  shared_.stats.count_refusal(to_string(refusal.error));
  send_close(refusal.code, build_close_reason({refusal.error, refusal.message, correlation_id(),
                                               refusal.retry_after_ms}));
}

// --- output

void WsPeer::wake() {
  if (touched_) return;
  touched_ = true;
  shared_.touched.push_back(this);
}

void WsPeer::reply(Opcode opcode, std::string_view payload) {
  if (!reply_) reply_ = std::make_unique<std::string>();
  append_frame(*reply_, opcode, payload);
  ask_to_write();
}

void WsPeer::ask_to_write() {
  writing_ = true;
  lws_callback_on_writable(wsi_);
}

void WsPeer::flush(Instant now) {
  touched_ = false;
  if (state_ != State::kOpen) return leave_hub();
  write_share(now);
}

void WsPeer::flush_now() {
  if (state_ == State::kOpen) write_share(shared_.now());
}

void WsPeer::write_share(Instant now) {
  if (draining_ || waiting()) return;  // continued by on_writable(), or by the verdict
  std::string& out = shared_.scratch;
  clear_for_reuse(out, kScratchBytesMax);
  if (const std::unique_ptr<std::string> replies = std::move(reply_)) out += *replies;
  session_.gather(now, out, shared_.options.write_bytes_max);
  if (state_ != State::kOpen) return wake();  // gather() closed it: its messages are not delivered
  const int64_t ping_due = ping_due_ms();
  const bool due = ping_due != 0 && now.steady_ms >= ping_due;
  if (asked_ || due) session_.ping(now, out);
  asked_ = false;
  if (!out.empty()) {
    if (!write(out)) return;
    draining_ = lws_partial_buffered(wsi_) != 0;
    progress_ms_ = now.steady_ms;
    if (!draining_) {
      session_.on_written();
      // One share per loop iteration, so that one long outbox does not delay the others.
      if (session_.has_output()) ask_to_write();
    }
  }
  const bool behind = draining_ || session_.has_output();
  if (behind) {
    shared_.outbox_bound.set_behind(*this, draining_ ? out.size() : 0);
  } else if (!shared_.outbox_bound.empty()) {
    shared_.outbox_bound.forget(*this);
  }
  if (state_ == State::kOpen) schedule(now);
}

void WsPeer::resume_writes() {
  writes_paused_ = false;
  if (wsi_ != nullptr) on_writable();
}

void WsPeer::on_writable() {
  if (writes_paused_) return;
  const bool asked = writing_;
  writing_ = false;
  const bool reads = state_ == State::kOpen || state_ == State::kClosing;
  if (reads && !asked && !draining_) on_pinged();
  if (draining_) {
    if (lws_partial_buffered(wsi_) != 0) return;
    draining_ = false;
    progress_ms_ = shared_.now().steady_ms;
    if (state_ != State::kOpen) return shared_.outbox_bound.forget(*this);
    session_.on_written();
  }
  if (state_ == State::kOpen) wake();
}

bool WsPeer::write(std::string_view bytes) {
  auto* data = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
  if (lws_write(wsi_, data, bytes.size(), LWS_WRITE_RAW) >= 0) return true;
  drop();
  return false;
}

}  // namespace hermod
