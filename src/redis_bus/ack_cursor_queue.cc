#include "redis_bus/ack_cursor_queue.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace hermod {
namespace {

void keep_ends(std::vector<AckCursorQueue::Move>& moves) {
  std::erase_if(moves, [](const auto& move) { return move.kind < AckCursorQueue::Kind::kHeld; });
  for (AckCursorQueue::Move& move : moves) move.stream_id = {};
}

}  // namespace

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
  for (auto& [user, moves] : waiting_) keep_ends(moves);
  std::erase_if(waiting_, [](const auto& entry) { return entry.second.empty(); });
  for (Entry& entry : flight_) keep_ends(entry.moves);
}

std::vector<AckCursorQueue::Entry> AckCursorQueue::release(const UserPredicate& leaves) {
  std::vector<Entry> released;
  for (Entry& entry : flight_) {
    if (entry.released || !leaves(entry.user)) continue;
    released.push_back(entry);
    entry.released = true;
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

// An acknowledgement that Redis refused must not follow the end of its connection as if that were
// open.
void AckCursorQueue::put_back(Entry entry) {
  if (entry.released) return;
  for (Move& move : entry.moves) {
    if (move.kind == Kind::kOpen && ends_in_flight(entry.user, move)) move.kind = Kind::kLate;
    add(entry.user, std::move(move));
  }
}

bool AckCursorQueue::ends_in_flight(std::string_view user, const Move& move) const {
  return std::ranges::any_of(flight_, [&](const Entry& entry) {
    return entry.user == user && std::ranges::any_of(entry.moves, [&](const Move& other) {
             return other.connection == move.connection && other.device == move.device &&
                    other.kind >= Kind::kHeld;
           });
  });
}

}  // namespace hermod
