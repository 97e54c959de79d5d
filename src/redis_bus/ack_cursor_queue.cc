#include "redis_bus/ack_cursor_queue.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace hermod {

void AckCursorQueue::add(std::string_view user, Move move) {
  auto found = waiting_.find(user);
  if (found == waiting_.end()) found = waiting_.try_emplace(std::string(user)).first;
  for (Move& before : found->second) {
    if (before.connection != move.connection || before.device != move.device) continue;
    if (comes_after(move.stream_id, before.stream_id)) before.stream_id = move.stream_id;
    before.kind = std::max(before.kind, move.kind);
    return;
  }
  found->second.push_back(std::move(move));
}

void AckCursorQueue::clear() {
  waiting_.clear();
  for (Entry& entry : flight_) entry.is_void = true;
}

std::vector<AckCursorQueue::Entry> AckCursorQueue::release(const UserPredicate& leaves) {
  std::vector<Entry> released;
  for (Entry& entry : flight_) {
    if (entry.is_void || !leaves(entry.user)) continue;
    released.push_back(entry);
    entry.is_void = true;
  }
  std::erase_if(waiting_, [&](auto& entry) {
    if (!leaves(entry.first)) return false;
    released.push_back({entry.first, std::move(entry.second)});
    return true;
  });
  return released;
}

const AckCursorQueue::Entry& AckCursorQueue::send() {
  assert(has_waiting());
  return send(waiting_.begin());
}

const AckCursorQueue::Entry& AckCursorQueue::send(std::string_view user) {
  assert(waits(user));
  return send(waiting_.find(user));
}

const AckCursorQueue::Entry& AckCursorQueue::send(Waiting::iterator next) {
  auto taken = waiting_.extract(next);
  flight_.push_back({std::move(taken.key()), std::move(taken.mapped())});
  return flight_.back();
}

AckCursorQueue::Entry AckCursorQueue::pop() {
  assert(!flight_.empty());
  Entry entry = std::move(flight_.front());
  flight_.pop_front();
  return entry;
}

void AckCursorQueue::put_back(Entry entry) {
  if (entry.is_void) return;
  for (Move& move : entry.moves) add(entry.user, std::move(move));
}

}  // namespace hermod
