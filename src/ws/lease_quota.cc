#include "ws/lease_quota.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "core/hub.h"
#include "ws/ws_peer.h"
#include "ws/ws_shared.h"

namespace hermod {
namespace {

constexpr uint64_t kTickMs = 100;
constexpr int64_t kAskMs = 300;  // between two requests to the bus for the same user
// Added to quota_answer_ms: the time of a probe in another process, and of its end of a lease. The
// verdict follows within 3 s also if the loop is late.
constexpr int64_t kVerdictMarginMs = 500;

bool is_member(const WsPeer& peer) {
  return peer.state() == WsPeer::State::kOpen && peer.session().admitted();
}

bool is_newcomer(const WsPeer& peer) {
  return peer.state() == WsPeer::State::kOpen && !peer.session().admitted();
}

template <class Visit>
void for_each_peer(WsShared& shared, std::string_view user, Visit visit) {
  shared.hub.for_each_session_of(
      user, [&visit](Session& session) { visit(static_cast<WsPeer&>(session.peer())); });
}

}  // namespace

LeaseQuota::LeaseQuota(uv_loop_t* loop, WsShared& shared)
    : shared_(shared), timer_(loop, [this] { tick(); }) {
  shared_.hub.leases().set_listener(this);
}

LeaseQuota::~LeaseQuota() {
  shared_.hub.leases().set_listener(nullptr);
}

size_t LeaseQuota::newcomers_of(std::string_view user) const {
  size_t count = 0;
  for_each_peer(shared_, user, [&count](const WsPeer& peer) { count += is_newcomer(peer); });
  return count;
}

bool LeaseQuota::may_make_room(std::string_view user) const {
  bool any = probe_ != nullptr;
  for_each_peer(shared_, user, [&any](const WsPeer& peer) { any |= is_member(peer); });
  return any;
}

void LeaseQuota::on_over_quota(std::string_view user) {
  if (!may_make_room(user)) return refuse(user, INT64_MAX);
  Waiting& waiting = waiting_[std::string(user)];
  waiting.asked_ms = shared_.now().steady_ms;
  const size_t newcomers = newcomers_of(user);
  if (newcomers > waiting.probed_for) {
    const size_t needed = newcomers - std::exchange(waiting.probed_for, newcomers);
    probe(user, needed);
    if (probe_ != nullptr) probe_->ask(user, needed);
  }
  arm();
}

void LeaseQuota::probe(std::string_view user, size_t needed) {
  bool any = false;
  for_each_peer(shared_, user, [&any](WsPeer& peer) {
    if (!is_member(peer)) return;
    any = true;
    peer.traffic().ask_for_ping();
    peer.wake();
  });
  if (!any || needed == 0) return;
  probes_.push_back({std::string(user), needed, shared_.now().steady_ms});
  arm();
}

void LeaseQuota::arm() {
  if (!timer_.active() && !(waiting_.empty() && probes_.empty())) timer_.start(kTickMs);
}

void LeaseQuota::tick() {
  timer_.stop();
  const int64_t now_ms = shared_.now().steady_ms;
  const int64_t answer_ms = shared_.options.quota_answer_ms;
  while (!probes_.empty() && probes_.front().asked_ms + answer_ms <= now_ms) {
    close_silent(probes_.front());
    probes_.pop_front();
  }
  for (auto user = waiting_.begin(); user != waiting_.end();) {
    refuse(user->first, now_ms - answer_ms - kVerdictMarginMs);
    const size_t newcomers = newcomers_of(user->first);
    user->second.probed_for = std::min(user->second.probed_for, newcomers);
    user = newcomers == 0 ? waiting_.erase(user) : std::next(user);
  }
  std::vector<std::string> users;  // an answer inside the call changes waiting_
  for (auto& [user, waiting] : waiting_) {
    if (now_ms - waiting.asked_ms < kAskMs) continue;
    waiting.asked_ms = now_ms;
    users.push_back(user);
  }
  for (const std::string& user : users) shared_.hub.ask_lease(user);
  arm();
}

// Refuses the newcomers that were upgraded by then.
void LeaseQuota::refuse(std::string_view user, int64_t since_max_ms) {
  for_each_peer(shared_, user, [&](WsPeer& peer) {
    if (!is_newcomer(peer) || peer.since_steady_ms() > since_max_ms) return;
    ++shared_.stats.limits_struck["connections_per_user"];
    peer.refuse_lease();
  });
}

void LeaseQuota::close_silent(const Probe& probe) {
  std::vector<WsPeer*> silent;
  const Instant now = shared_.now();
  for_each_peer(shared_, probe.user, [&](WsPeer& peer) {
    if (is_member(peer) && peer.traffic().left_unanswered(probe.asked_ms, now)) {
      silent.push_back(&peer);
    }
  });
  std::ranges::sort(silent, {},
                    [](WsPeer* peer) { return peer->traffic().deadlines().received_ms(); });
  if (silent.size() > probe.needed) silent.resize(probe.needed);
  for (WsPeer* const peer : silent) {
    ++shared_.stats.limits_struck["silent_at_quota"];
    peer->drop();
  }
}

}  // namespace hermod
