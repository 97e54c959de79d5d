#include "ws/newcomers.h"

#include <algorithm>
#include <cassert>
#include <cstddef>

#include "core/hub.h"
#include "ws/ws_peer.h"
#include "ws/ws_shared.h"

namespace hermod {

// A user's connections as one newcomer sees them.
struct Newcomers::Members {
  size_t leaving = 0;           // their slots are free at the end of this loop iteration
  std::vector<WsPeer*> silent;  // not heard since the newcomer came
};

Newcomers::Members Newcomers::look_at(std::string_view user, const WsPeer& newcomer) const {
  Members members;
  shared_.hub.for_each_session_of(user, [&](Session& session) {
    auto& peer = static_cast<WsPeer&>(session.peer());
    if (!peer.open()) {
      ++members.leaving;
    } else if (peer.heard_ms_ < newcomer.since_ms_) {
      members.silent.push_back(&peer);
    }
  });
  return members;
}

bool Newcomers::add(WsPeer& peer) {
  const std::string user(peer.user());
  Queue& queue = queues_[user];
  if (queue.size() >= shared_.options.newcomers_per_user_max) return false;
  queue.push_back(&peer);
  shared_.hub.for_each_session_of(user, [](Session& session) {
    auto& member = static_cast<WsPeer&>(session.peer());
    if (member.open()) member.ask();
  });
  make_room(user);
  return true;
}

void Newcomers::remove(WsPeer& peer) {
  const auto found = queues_.find(peer.user());
  if (found == queues_.end()) return;
  std::erase(found->second, &peer);
  if (found->second.empty()) queues_.erase(found);
}

void Newcomers::on_heard(const WsPeer& member) {
  if (queues_.empty()) return;
  const auto found = queues_.find(member.user());
  if (found != queues_.end()) judge(std::string(found->first));
}

void Newcomers::on_left(std::string_view user) {
  if (queues_.empty()) return;
  const auto found = queues_.find(user);
  if (found != queues_.end()) judge(std::string(found->first));
}

void Newcomers::on_due(WsPeer& newcomer) {
  const std::string user(newcomer.user());
  admit(user);  // the limit may have been raised meanwhile
  make_room(user);
  judge(user);
  // It waits for slots that are free at the end of this loop iteration.
  if (newcomer.waiting()) shared_.wheel.set(newcomer, shared_.now().steady_ms + Wheel::kTickMs);
}

void Newcomers::judge(const std::string& user) {
  admit(user);
  while (reject_one(user)) continue;
}

void Newcomers::admit(const std::string& user) {
  for (auto found = queues_.find(user); found != queues_.end() && shared_.hub.has_room(user);
       found = queues_.find(user)) {
    WsPeer& first = *found->second.front();
    remove(first);
    first.admit();
  }
}

// Refuses the first that no connection can give way to any more.
bool Newcomers::reject_one(const std::string& user) {
  const auto found = queues_.find(user);
  if (found == queues_.end()) return false;
  size_t needed = shared_.hub.surplus_of(user);
  for (WsPeer* const newcomer : found->second) {
    ++needed;
    const Members members = look_at(user, *newcomer);
    if (members.leaving + members.silent.size() >= needed) continue;
    newcomer->reject();
    return true;
  }
  return false;
}

// Ends the connections that did not answer in time, for each newcomer that waits for one.
void Newcomers::make_room(const std::string& user) {
  const auto found = queues_.find(user);
  if (found == queues_.end()) return;
  const Now now = shared_.now();
  size_t needed = shared_.hub.surplus_of(user);
  for (const WsPeer* const newcomer : found->second) {
    ++needed;
    Members members = look_at(user, *newcomer);
    std::erase_if(members.silent, [&](WsPeer* member) {
      return !member->left_unanswered(newcomer->since_ms_, now);
    });
    if (members.leaving >= needed || members.leaving + members.silent.size() < needed) continue;
    std::ranges::sort(members.silent, {}, [](const WsPeer* member) { return member->heard_ms_; });
    for (size_t i = 0; i < needed - members.leaving; ++i) {
      ++shared_.stats.limits_struck["silent_at_quota"];
      members.silent[i]->drop();
    }
  }
}

}  // namespace hermod
