#include "ws/quota_queue.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <utility>

#include "core/hub.h"
#include "ws/ws_peer.h"
#include "ws/ws_shared.h"

namespace hermod {

// A user's connections, as seen from one newcomer.
struct QuotaQueue::Members {
  size_t leaving = 0;  // closing: their slots become free at the end of this loop iteration
  std::vector<WsPeer*> silent;  // sent nothing since the newcomer connected
};

// --- adding and removing

void QuotaQueue::add(WsPeer& peer) {
  assert(peer.waiting());
  const std::string user(peer.user());
  Queue& queue = queues_[user];
  if (queue.size() >= shared_.options.quota_waiting_per_user_max) return reject(peer);
  queue.push_back(&peer);
  shared_.hub.for_each_session_of(user, [](Session& session) {
    auto& member = static_cast<WsPeer&>(session.peer());
    member.traffic().ask_for_ping();
    member.wake();
  });
  close_silent(user);
  const Instant now = shared_.now();
  const int64_t lives_ms = peer.traffic().deadlines().expires_at_wall_ms() - now.wall_ms;
  shared_.wheel.set(peer, now.steady_ms + std::min(lives_ms, shared_.options.quota_answer_ms));
}

void QuotaQueue::remove(WsPeer& peer) {
  assert(peer.waiting());
  const auto found = queues_.find(peer.user());
  if (found == queues_.end()) return;
  std::erase(found->second, &peer);
  if (found->second.empty()) queues_.erase(found);
}

void QuotaQueue::reject(WsPeer& waiting) {
  ++shared_.stats.limits_struck["connections_per_user"];
  remove(waiting);
  waiting.settle(refusal_for(RefusalReason::kConnectionsPerUser));
}

// --- events while connections wait

void QuotaQueue::on_change(std::string_view user) {
  if (queues_.empty()) return;
  const auto found = queues_.find(user);
  if (found != queues_.end()) evaluate(std::string(found->first));
}

void QuotaQueue::on_due(WsPeer& waiting) {
  const std::string user(waiting.user());
  admit_waiting(user);  // the limit may have been raised in the meantime
  close_silent(user);
  evaluate(user);
  // If it still waits, slots become free at the end of this loop iteration.
  if (waiting.waiting()) shared_.wheel.set(waiting, shared_.now().steady_ms + TimerWheel::kTickMs);
}

// --- decisions

void QuotaQueue::evaluate(const std::string& user) {
  admit_waiting(user);
  while (reject_one(user)) continue;
}

void QuotaQueue::admit_waiting(const std::string& user) {
  for (auto found = queues_.find(user); found != queues_.end() && shared_.hub.has_room(user);
       found = queues_.find(user)) {
    WsPeer& first = *found->second.front();
    remove(first);
    first.traffic().deadlines().on_received(shared_.now().steady_ms);  // not pinged while it waited
    first.settle();
    first.wake();
  }
}

QuotaQueue::Members QuotaQueue::members_of(std::string_view user, const WsPeer& waiting) const {
  Members members;
  shared_.hub.for_each_session_of(user, [&](Session& session) {
    auto& peer = static_cast<WsPeer&>(session.peer());
    if (!peer.open()) {
      ++members.leaving;
    } else if (peer.traffic().deadlines().received_ms() < waiting.since_steady_ms()) {
      members.silent.push_back(&peer);
    }
  });
  return members;
}

// Refuses the first newcomer for which no connection can be closed any more.
bool QuotaQueue::reject_one(const std::string& user) {
  const auto found = queues_.find(user);
  if (found == queues_.end()) return false;
  size_t needed = shared_.hub.surplus_of(user);
  for (WsPeer* const waiting : found->second) {
    ++needed;
    const Members members = members_of(user, *waiting);
    if (members.leaving + members.silent.size() >= needed) continue;
    reject(*waiting);
    return true;
  }
  return false;
}

// Closes the connections that did not answer in time, one for each newcomer that waits.
void QuotaQueue::close_silent(const std::string& user) {
  const auto found = queues_.find(user);
  if (found == queues_.end()) return;
  const Instant now = shared_.now();
  size_t needed = shared_.hub.surplus_of(user);
  for (const WsPeer* const waiting : found->second) {
    ++needed;
    Members members = members_of(user, *waiting);
    std::erase_if(members.silent, [&](WsPeer* member) {
      return !member->traffic().left_unanswered(waiting->since_steady_ms(), now);
    });
    if (members.leaving >= needed || members.leaving + members.silent.size() < needed) continue;
    std::ranges::sort(members.silent, {},
                      [](WsPeer* member) { return member->traffic().deadlines().received_ms(); });
    for (size_t i = 0; i < needed - members.leaving; ++i) {
      ++shared_.stats.limits_struck["silent_at_quota"];
      members.silent[i]->drop();
    }
  }
}

}  // namespace hermod
