#include "redis_bus/ack_cursor_queue.h"

#include <cassert>
#include <utility>

namespace hermod {

void AckCursorQueue::add(std::string_view user, StreamId stream_id) {
  assert(stream_id);
  const auto found = waiting_.find(user);
  if (found == waiting_.end())
    waiting_.emplace(user, stream_id);
  else if (comes_after(stream_id, found->second))
    found->second = stream_id;
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
  std::erase_if(waiting_, [&](const auto& entry) {
    if (!leaves(entry.first)) return false;
    released.push_back({entry.first, entry.second});
    return true;
  });
  return released;
}

const AckCursorQueue::Entry& AckCursorQueue::send() {
  assert(has_waiting());
  auto next = waiting_.extract(waiting_.begin());
  flight_.push_back({std::move(next.key()), next.mapped()});
  return flight_.back();
}

AckCursorQueue::Entry AckCursorQueue::pop() {
  assert(!flight_.empty());
  Entry entry = std::move(flight_.front());
  flight_.pop_front();
  return entry;
}

void AckCursorQueue::put_back(const Entry& entry) {
  if (!entry.is_void) add(entry.user, entry.stream_id);
}

StreamId AckCursorQueue::newest(std::string_view user) const {
  StreamId newest;
  for (const Entry& entry : flight_) {
    if (entry.user != user || entry.is_void) continue;
    if (comes_after(entry.stream_id, newest)) newest = entry.stream_id;
  }
  const auto found = waiting_.find(user);
  return found != waiting_.end() && comes_after(found->second, newest) ? found->second : newest;
}

}  // namespace hermod
