#include "core/client_refusals.h"

#include <algorithm>
#include <cassert>

namespace hermod {

bool ClientRefusals::add(std::string_view user, StreamId upto, bool alone, int64_t now_ms) {
  assert(upto);
  auto found = users_.find(user);
  if (found == users_.end()) {
    make_room(now_ms);
    assert(users_.size() < kUsersMax);
    found = users_.emplace(user, Refusal{}).first;
  }
  Refusal& refusal = found->second;
  refusal.at_ms = now_ms;
  const bool again = upto <= refusal.upto;
  refusal.upto = std::max(refusal.upto, upto);
  if (alone && again) refusal.skipped = upto;
  return alone && again;
}

bool ClientRefusals::concerns(std::string_view user, int64_t now_ms) const {
  if (users_.empty()) return false;
  const auto found = users_.find(user);
  return found != users_.end() && now_ms < found->second.at_ms + kKeptMs;
}

bool ClientRefusals::skips(std::string_view user, StreamId stream_id) const {
  if (users_.empty() || !stream_id) return false;
  const auto found = users_.find(user);
  return found != users_.end() && found->second.skipped == stream_id;
}

void ClientRefusals::remove_acknowledged(std::string_view user, StreamId upto) {
  const auto found = users_.find(user);
  if (found != users_.end() && upto >= found->second.upto) users_.erase(found);
}

void ClientRefusals::make_room(int64_t now_ms) {
  if (users_.size() < kUsersMax) return;
  std::erase_if(users_, [&](const auto& one) { return now_ms >= one.second.at_ms + kKeptMs; });
  if (users_.size() < kUsersMax) return;
  users_.erase(
      std::ranges::min_element(users_, {}, [](const auto& one) { return one.second.at_ms; }));
}

}  // namespace hermod
