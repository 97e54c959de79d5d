// The life cycle of a connection:
// - adopt() creates a WsPeer and passes its socket to the library with a canonical request;
// - ESTABLISHED: the peer joins the hub, or is closed with the HTTP server's refusal;
// - the last callback of the socket removes the peer.
//
// If the library does not accept the socket, it has closed the descriptor itself.
#include "ws/ws_server.h"

#include <unistd.h>

#include <cassert>
#include <memory>
#include <utility>

#include "ws/connection_report.h"
#include "ws/peer_events.h"
#include "ws/upgrade_head.h"

namespace hermod {

WsServer::WsServer(uv_loop_t* loop, LwsContext& context, Hub& hub, Verifier& verifier,
                   const Clock& clock, Log& log, Stats& stats, WsOptions options)
    : context_(context),
      shared_{hub, verifier, clock, log, stats, limits_, options, TimerWheel(clock.steady_ms()),
              {},  {}},
      lease_quota_(loop, shared_),
      adopter_(context, [this](WsPeer& peer) { remove(peer); }),
      scheduler_(loop, shared_, peers_, limits_),
      drain_(loop, peers_, clock),
      withdrawn_(loop, peers_, verifier),
      finish_immediate_(loop, [this] { maybe_finish_close(); }) {}

WsServer::~WsServer() {
  assert(peers_.empty());
}

// --- adding and removing

bool WsServer::can_adopt(int fd) {
  const bool fits = fd < context_.descriptor_limit();
  if (!fits) ++shared_.stats.limits_struck["descriptors"];
  return fits && !closing_ && adopter_.ready();
}

void WsServer::adopt(int fd, UpgradeRequest request) {
  assert(fd >= 0);
  if (!can_adopt(fd)) {
    shared_.stats.count_refusal(to_string(ErrorCode::kServiceUnavailable));
    report_refused(shared_, RefusalReason::kSockets, request, request.correlation_id);
    ::close(fd);
    return;
  }
  if (drain_.active()) request.verdict = drain_.refusal();
  std::string head = head_of(request);
  WsPeer& peer = peers_.add(std::make_unique<WsPeer>(shared_, next_id_++, fd, std::move(request)));
  if (adopter_.adopt(peer, std::move(head))) return;
  shared_.stats.count_refusal(to_string(ErrorCode::kConnection));
  remove(peer);
}

// The bytes that the library reads first. Refuses the request if they are too many.
std::string WsServer::head_of(UpgradeRequest& request) {
  std::string head = build_upgrade_head(request.key, request.subprotocol);
  if (head.size() + request.early_bytes.size() <= kUpgradeBytesMax)
    return head + request.early_bytes;
  // RFC 6455 section 4.1 requires the client to wait for the handshake response; this much early
  // data is not an accident.
  ++shared_.stats.limits_struck["early_bytes"];
  // Counts as a connection of the user, so that further ones are refused before the upgrade.
  if (const auto* identity = std::get_if<Identity>(&request.verdict))
    (void)shared_.admit_connect(identity->user);
  request.verdict = refusal_for(RefusalReason::kEarlyData);
  return head;
}

bool WsServer::connects_too_often(std::string_view user) const {
  const size_t set = shared_.hub.options().sessions_per_user_max;
  return shared_.connect_rate.is_used_up(user, set, shared_.clock.steady_ms());
}

void WsServer::remove(WsPeer& peer) {
  limits_.on_all_sent(peer);
  peers_.remove(peer);
  scheduler_.on_removed();
  if (!drain_.active()) return;
  drain_.on_removed();
  if (peers_.empty()) finish_immediate_.ask();
}

// --- the connections of a user

size_t WsServer::disconnect(std::string_view user, CloseCode code, ErrorCode error,
                            std::string_view message) {
  return disconnect_until(user, INT64_MAX, {code, error, std::string(message)});
}

size_t WsServer::disconnect_until(std::string_view user, int64_t until_ms, const Refusal& refusal) {
  size_t count = 0;
  for (const auto& peer : peers_.all()) {
    if (!peer->open() || peer->user() != user || peer->since_steady_ms() > until_ms) continue;
    peer->close_with(refusal);
    ++count;
  }
  return count;
}

size_t WsServer::end_revoked(const std::function<bool(const TokenFacts& token)>& is_revoked) {
  size_t count = 0;
  for (const auto& peer : peers_.all()) {
    if (!peer->open() || !is_revoked(peer->token())) continue;
    peer->end_token(RefusalReason::kTokenRevoked);
    ++count;
  }
  return count;
}

void WsServer::pause_writes(std::string_view user) {
  for (const auto& peer : peers_.all()) {
    if (!peer->open() || peer->user() != user) continue;
    peer->traffic().socket().pause();
    limits_.on_unsent(*peer, 0);
  }
}

void WsServer::resume_writes(std::string_view user) {
  for (const auto& peer : peers_.all()) {
    if (!peer->open() || peer->user() != user) continue;
    peer->traffic().socket().resume();
    on_writable(*peer);
  }
}

void WsServer::for_each(const std::function<void(const WsPeer&)>& visit) const {
  for (const auto& peer : peers_.all()) {
    if (peer->state() == WsPeer::State::kOpen && peer->reported()) visit(*peer);
  }
}

void WsServer::tick() {
  scheduler_.tick();
  lease_quota_.tick();
}

// --- drain and close

void WsServer::drain(int64_t window_ms, Closed done) {
  assert(!drain_.active());
  drained_ = std::move(done);
  drain_.begin(window_ms, WsDrain::Handshakes::kAwait);
  finish_immediate_.ask();
}

void WsServer::close(Closed closed) {
  if (closing_) return;
  closing_ = true;
  closed_ = std::move(closed);
  drain_.begin(0, WsDrain::Handshakes::kDrop);
  finish_immediate_.ask();
}

void WsServer::maybe_finish_close() {
  if (!peers_.empty()) return;
  drain_.stop();
  withdrawn_.stop();
  if (const Closed done = std::exchange(drained_, nullptr)) done();
  // Must come last: the callback may delete this.
  if (const Closed closed = std::exchange(closed_, nullptr)) closed();
}

}  // namespace hermod
